variable "name" {
  description = "The role's name."
  type        = string
  nullable    = false
}

variable "boundary_name" {
  description = "Name of the policy that limits the roles that it makes."
  type        = string
  nullable    = false
}

variable "prefix" {
  description = "What the names begin with of everything that it may touch."
  type        = string
  nullable    = false
}

variable "subjects" {
  description = "The `sub` of the workflows that may assume it, whole."
  type        = set(string)
  nullable    = false
}

variable "github_provider_arn" {
  description = "ARN of the account's OIDC provider for GitHub."
  type        = string
  nullable    = false
}

variable "state" {
  description = "Terraform's states: the bucket, which objects of it the role may read and write, and which it may delete."
  type        = object({ bucket_arn = string, objects = string, deletable = string })
  nullable    = false
}

variable "edge" {
  description = "Whether it may make CloudFront distributions and WAF's web ACLs."
  type        = bool
  default     = false
  nullable    = false
}
