"""Our decisions beside those of `@cloud-copilot/iam-simulate`, which is run as a black box."""
