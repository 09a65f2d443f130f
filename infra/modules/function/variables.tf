variable "name" {
  description = "Name of the function and of its role, 1 to 64 characters."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.name) > 0
    error_message = "The function's name is empty: give it one."
  }
  validation {
    condition     = length(var.name) <= 64 && can(regex("^[A-Za-z0-9_-]*$", var.name))
    error_message = "Function name \"${var.name}\" is not valid in Lambda: use 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "package_file" {
  description = "Path of the zip with the code; its handler is index.handler."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.package_file)
    error_message = "There is no package at ${var.package_file}: run `make build` first."
  }
}

variable "runtime" {
  description = "Lambda runtime, nodejs22.x or nodejs24.x (which needs version 6 of the AWS provider)."
  type        = string
  default     = "nodejs22.x"
  nullable    = false

  validation {
    condition     = contains(["nodejs22.x", "nodejs24.x"], var.runtime)
    error_message = "Runtime \"${var.runtime}\" is not supported by this package: use nodejs22.x or nodejs24.x."
  }
}

variable "size" {
  description = "Processor (arm64 or x86_64), memory (128 to 10240 MB, processor time in proportion), time limit (1 to 30 s, after which an HTTP API gives up), and how many may run at once (taken from the account's limit and reserved for this function; without it, up to what the account has left; 0 stops the function)."
  type = object({
    architecture    = optional(string, "arm64")
    memory_mb       = optional(number, 512)
    timeout_seconds = optional(number, 10)

    reserved_concurrency = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.size.architecture)
    error_message = "Architecture \"${var.size.architecture}\" is unknown to Lambda: use arm64 or x86_64."
  }
  validation {
    condition     = var.size.memory_mb >= 128 && var.size.memory_mb <= 10240
    error_message = "Lambda gives a function 128 to 10240 MB: correct size.memory_mb."
  }
  validation {
    condition     = var.size.timeout_seconds >= 1 && var.size.timeout_seconds <= 30
    error_message = "An HTTP API waits 30 seconds at most: set size.timeout_seconds to 1 to 30."
  }
  validation {
    condition     = var.size.reserved_concurrency == null ? true : var.size.reserved_concurrency >= 0 && floor(var.size.reserved_concurrency) == var.size.reserved_concurrency
    error_message = "Concurrency is reserved in whole numbers from 0 (which stops the function): correct size.reserved_concurrency, or leave it out."
  }
}

variable "environment" {
  description = "Environment variables. No secrets: everyone who may read the function's configuration may read these."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "permissions" {
  description = "What the function may do besides writing its own log: actions on resources."
  type = list(object({
    actions   = list(string)
    resources = list(string)
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for permission in var.permissions : !contains(permission.resources, "*") && alltrue([for action in permission.actions : !strcontains(action, "*")])])
    error_message = "A permission names its actions and its resources: replace the * in permissions."
  }
}

variable "log_retention_days" {
  description = "How many days the function's log is kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch doesn't keep logs for ${var.log_retention_days} days: use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "tracing" {
  description = "Send traces to X-Ray."
  type        = bool
  default     = false
  nullable    = false
}

variable "layers" {
  description = "ARNs of layers, each with its version: an extension that collects traces, for instance."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for layer in var.layers : can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:[A-Za-z0-9_-]+:[0-9]+$", layer))])
    error_message = "A layer is named by its ARN with a version, arn:aws:lambda:REGION:ACCOUNT:layer:NAME:1: correct the layers."
  }
}

variable "released_separately" {
  description = "Leave the alias where it is when a version is published: a release checks the version and moves the alias. By default the alias follows at once."
  type        = bool
  default     = false
  nullable    = false
}

variable "permissions_boundary" {
  description = "ARN of the policy that limits the function's role, which deploy roles may ask for; none by default."
  type        = string
  default     = null
}
