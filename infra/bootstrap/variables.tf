variable "region" {
  description = "AWS Region of the state bucket and of the deployments; by default the environment's."
  type        = string
  default     = null
}

variable "name" {
  description = "What every deployment's name begins with, such as the product's name: the deploy role may touch nothing else that has a name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "The name \"${var.name}\" is also a part of the bucket's name: use 3 to 40 lower-case letters, digits and hyphens."
  }
}

variable "subjects" {
  description = "The `sub` of the workflows that may deploy, whole: repo:OWNER@OWNER_ID/NAME@NAME_ID:environment:prod (without ids for repositories from before July 2026 that have not opted in)."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.subjects) > 0
    error_message = "Nobody could deploy: name a subject."
  }
  validation {
    condition     = alltrue([for subject in var.subjects : can(regex("^repo:[\\w.-]+(@[0-9]+)?/[\\w.-]+(@[0-9]+)?:(environment:[\\w .-]+|ref:refs/heads/[\\w./-]+)$", subject))])
    error_message = "A subject is an environment or a branch of one repository, whole and without wildcards: repo:OWNER@ID/NAME@ID:environment:NAME or repo:OWNER@ID/NAME@ID:ref:refs/heads/BRANCH."
  }
}

variable "preview_subjects" {
  description = "The `sub` of the workflows that may deploy and remove previews: repo:OWNER@OWNER_ID/NAME@NAME_ID:pull_request, and the branch main for those that are forgotten. Without it there is no role for previews."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for subject in var.preview_subjects : can(regex("^repo:[\\w.-]+(@[0-9]+)?/[\\w.-]+(@[0-9]+)?:(pull_request|ref:refs/heads/[\\w./-]+)$", subject))])
    error_message = "A subject of previews is the pull requests or a branch of one repository, whole and without wildcards: repo:OWNER@ID/NAME@ID:pull_request or repo:OWNER@ID/NAME@ID:ref:refs/heads/BRANCH."
  }
}

variable "github_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub, of which there can be one; without it, it is made."
  type        = string
  default     = null
}

variable "edge" {
  description = "Whether deployments have CloudFront and WAF in front (the input `edge` of infra/): the deploy role may then make them."
  type        = bool
  default     = false
  nullable    = false
}
