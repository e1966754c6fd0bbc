// Reads cases as JSON lines, in Keyaki's own form, and writes one answer for each.
//
// Usage: node iam_simulate.mjs FOLDER, where npm installed @cloud-copilot/iam-simulate in FOLDER.
// An answer is one of `allowed`, `implicitDeny`, `explicitDeny`, `not asked` and `crashed`.
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

// What nobody owns otherwise is the caller's, as Keyaki has it.
const ownerOf = (principal, resource, owner) =>
  owner ?? (accountOf(resource) || accountOf(callerText(principal)))

const callerText = (principal) =>
  typeof principal === 'string' ? principal : Object.values(principal)[0]

function callerOf(principal) {
  return principal === '*' ? anonymousPrincipal : callerText(principal)
}

function requestOf({ principal, action, resource, resourceAccount, context }, derived) {
  return new AwsRequestImpl(
    callerOf(principal),
    { resource, accountId: ownerOf(principal, resource, resourceAccount) },
    action,
    new RequestContextImpl({ ...derived, ...context }),
    resource === '*'
  )
}

function decide({ request, policies, derived }) {
  const analysis = authorize({
    request: requestOf(request, derived),
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

// What the tool cannot be told of a request; a case that says `regardless` is decided without.
const UNTOLD = ['managementAccount', 'serviceLinkedRole', 'federatedBy']

function untoldOf({ request, policies }) {
  if ((policies.session ?? []).length > 1) return 'several session policies'
  const isOfAccount = typeof request.principal === 'string' && request.principal !== '*'
  if (policies.scp && !isOfAccount) return 'SCPs beside a caller that is of no account'
  const provider = request.principal?.Federated
  if (provider && !provider.startsWith('arn:')) return 'an identity provider without an ARN'
  return UNTOLD.find((name) => name in request)
}

function answer(line) {
  const asked = JSON.parse(line)
  if (asked.question !== 'simulate') {
    return { answer: 'not asked', detail: 'decides one request; proves nothing about all' }
  }
  const untold = asked.regardless ? undefined : untoldOf(asked)
  if (untold) return { answer: 'not asked', detail: `cannot be told of ${untold}` }
  try {
    return { answer: decide(asked), detail: '' }
  } catch (error) {
    return { answer: 'crashed', detail: error.message }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`)
}
