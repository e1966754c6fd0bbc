// Reads simulations as JSON lines, in Keyaki's own form, and writes one decision for each.
//
// Usage: node driver.mjs FOLDER, where npm installed @cloud-copilot/iam-simulate in FOLDER.
// A decision is one of `allowed`, `implicitDeny`, `explicitDeny`, or `error: ` and the reason.
// It enters below the peer's validation, which refuses every action, resource and condition key
// that it does not find in AWS's service data.

import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const scope = join(process.argv[2], 'node_modules', '@cloud-copilot')
const load = (...path) => import(pathToFileURL(join(scope, ...path)))
const { authorize } = await load('iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await load('iam-simulate/dist/esm/request/request.js')
const { RequestContextImpl } = await load('iam-simulate/dist/esm/requestContext.js')
const { DiscoveryContextKeyConstraints } = await load(
  'iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
)
const { anonymousPrincipal } = await load('iam-simulate/dist/esm/index.js')
const { loadPolicy } = await load('iam-policy/dist/esm/index.js')

const WORDS = {
  Allowed: 'allowed',
  ImplicitlyDenied: 'implicitDeny',
  ExplicitlyDenied: 'explicitDeny',
}

const FULL_ACCESS = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}

const STRICT = {
  simulationMode: 'Strict',
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
}

const present = (list) => (list?.length ? list : undefined)
const loaded = (policy) => policy && loadPolicy(policy, { name: 'policy' })
const levels = (parts) =>
  parts.map((policies, i) => ({ orgIdentifier: `level-${i}`, policies: policies.map(loaded) }))

// AWS attaches RCPFullAWSAccess at each level, and it cannot be detached.
const controls = (parts) => levels(parts.map((policies) => [FULL_ACCESS, ...policies]))

const accountOf = (arn) => arn.split(':')[4] ?? ''

function callerOf(principal) {
  if (principal === '*') return anonymousPrincipal
  return typeof principal === 'string' ? principal : Object.values(principal)[0]
}

function requestOf({ principal, action, resource, resourceAccount, context }) {
  return new AwsRequestImpl(
    callerOf(principal),
    { resource, accountId: resourceAccount ?? accountOf(resource) },
    action,
    new RequestContextImpl(context ?? {}),
    resource === '*'
  )
}

function decide({ request, policies }) {
  const analysis = authorize({
    request: requestOf(request),
    identityPolicies: (policies.identity ?? []).map(loaded),
    resourcePolicy: loaded(policies.resource),
    sessionPolicy: loaded(policies.session?.[0]),
    permissionBoundaries: present(policies.boundary)?.map(loaded),
    vpcEndpointPolicies: present(policies.endpoint)?.map(loaded),
    serviceControlPolicies: levels(policies.scp ?? []),
    resourceControlPolicies: controls(policies.rcp ?? []),
    simulationParameters: STRICT,
  })
  return WORDS[analysis.result]
}

function answer(line) {
  try {
    return decide(JSON.parse(line))
  } catch (error) {
    return `error: ${error.message}`
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`)
}
