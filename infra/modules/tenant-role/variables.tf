variable "name" {
  description = "Name of the role, 1 to 64 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.name))
    error_message = "Role name \"${var.name}\" is not valid in IAM: use 1 to 64 letters, digits and _+=,.@-."
  }
}

variable "function_role" {
  description = "The function's role, which alone may assume this one: its name and its ARN."
  type        = object({ name = string, arn = string })
  nullable    = false
}

variable "actions" {
  description = "What may be done with tenants' items: actions of DynamoDB."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.actions) > 0 && alltrue([for action in var.actions : can(regex("^dynamodb:[A-Za-z]+$", action))])
    error_message = "`actions` names actions of DynamoDB, each whole, such as dynamodb:GetItem: correct ${jsonencode(var.actions)}."
  }
}

variable "table_arns" {
  description = "ARN of the table, and of each of its indexes."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.table_arns) > 0 && !contains(var.table_arns, "*")
    error_message = "`table_arns` names a table and its indexes: there must be one, and no *."
  }
}

variable "exclusive" {
  description = "Deny the function's own role these actions on tenants' items."
  type        = bool
  default     = true
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the policy that limits the role, which deploy roles may ask for; none by default."
  type        = string
  default     = null
}
