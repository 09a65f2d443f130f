variable "name" {
  description = "Name of the rule, 1 to 64 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,64}$", var.name))
    error_message = "Rule name \"${var.name}\" is not valid in EventBridge: use 1 to 64 letters, digits, dots, hyphens and underscores."
  }
}

variable "function" {
  description = "The function that writes the entries: its name, its alias, and the alias's ARN."
  type = object({
    name  = string
    alias = string
    arn   = string
  })
  nullable = false
}
