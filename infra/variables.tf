variable "name" {
  description = "Name of this deployment: the function, its role, the API, the table and the pools are named after it. Two deployments in one account need two names."
  type        = string
  default     = "pizza-api"
  nullable    = false

  validation {
    condition     = length(var.name) > 0
    error_message = "The deployment's name is empty: give it one."
  }
  validation {
    condition     = length(var.name) <= 64 && can(regex("^[A-Za-z0-9_-]*$", var.name))
    error_message = "The name \"${var.name}\" is also the function's, and Lambda takes 64 letters, digits, hyphens and underscores: mend it."
  }
}

variable "region" {
  description = "AWS Region to deploy to. Without it, the environment (AWS_REGION) or the AWS profile says which."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "package_dir" {
  description = "Where `make build` left lambda.zip and gateway.json: a path from infra/, or an absolute one."
  type        = string
  default     = "../dist"
  nullable    = false

  validation {
    condition     = alltrue([for file in ["lambda.zip", "gateway.json"] : fileexists("${startswith(var.package_dir, "/") ? "" : "${path.root}/"}${var.package_dir}/${file}")])
    error_message = "The package is not built: ${var.package_dir} lacks lambda.zip or gateway.json. Run `make build` first."
  }
}

variable "pools" {
  description = "User pools by the name that the route table knows them by. What a pool leaves out has the default of modules/user-pool or modules/user-pool-client."
  type = map(object({
    name = optional(string)

    sign_in = optional(object({
      aliases             = optional(set(string))
      self_registration   = optional(bool)
      recovery            = optional(list(string))
      verified_attributes = optional(set(string))
      ses_identity_arn    = optional(string)
    }))
    mfa = optional(string)
    password_policy = optional(object({
      minimum_length          = optional(number)
      require_lowercase       = optional(bool)
      require_uppercase       = optional(bool)
      require_numbers         = optional(bool)
      require_symbols         = optional(bool)
      temporary_validity_days = optional(number)
    }))
    tier                = optional(string)
    deletion_protection = optional(bool)
    groups              = optional(map(string))
    resource_servers    = optional(map(map(string)), {})
    lambda_triggers     = optional(map(string))
    domain              = optional(string)

    client = optional(object({
      name                = optional(string)
      auth_flows          = optional(set(string))
      token_revocation    = optional(bool)
      hide_user_existence = optional(bool)
      token_validity = optional(object({
        access_minutes = optional(number)
        id_minutes     = optional(number)
        refresh_hours  = optional(number)
      }))
    }), {})
    machine_client = optional(object({
      name   = optional(string)
      scopes = optional(set(string), [])
      token_validity = optional(object({
        access_minutes = optional(number)
      }))
    }))
  }))
  default = {
    customers = {}
    staff     = { groups = { chefs = "May add pizzas." } }
  }
  nullable = false

  validation {
    condition     = length(var.pools) >= 1 && length(var.pools) <= 10
    error_message = "There are ${length(var.pools)} pools: API Gateway takes 10 authorizers an API, so have 1 to 10 pools."
  }
  validation {
    condition     = alltrue([for pool in keys(var.pools) : can(regex("^[a-z][a-z0-9-]*$", pool))])
    error_message = "The route table knows a pool by lower-case letters, digits and hyphens: rename the keys of `pools` that have anything else."
  }
  validation {
    condition     = alltrue([for pool in values(var.pools) : pool.machine_client == null || pool.domain != null])
    error_message = "Machines sign in at a pool's own domain: set `domain` in ${join(", ", [for key, pool in var.pools : key if pool.machine_client != null && pool.domain == null])}, or remove its machine_client."
  }
  validation {
    condition     = alltrue([for pool in values(var.pools) : length(try(pool.machine_client.scopes, ["none"])) > 0])
    error_message = "A machine without scopes could do nothing: set machine_client.scopes in ${join(", ", [for key, pool in var.pools : key if length(try(pool.machine_client.scopes, ["none"])) == 0])}, or remove its machine_client."
  }
  validation {
    condition = alltrue([for pool in values(var.pools) : length(setsubtract(
      try(pool.machine_client.scopes, []),
      flatten([for server, scopes in pool.resource_servers : [for scope in keys(scopes) : "${server}/${scope}"]])
    )) == 0])
    error_message = "A machine_client asks for a scope that its pool doesn't define: add it to the pool's resource_servers, RESOURCE_SERVER = { SCOPE = \"what it allows\" }, or mend machine_client.scopes (RESOURCE_SERVER/SCOPE)."
  }
}

variable "function" {
  description = "The function: runtime, machine, log level (silent to trace), how often it looks its pools' keys up again (1 to 86400 s; without it, the app's default), and X-Ray tracing."
  type = object({
    runtime              = optional(string)
    architecture         = optional(string)
    memory_mb            = optional(number)
    timeout_seconds      = optional(number)
    log_level            = optional(string, "info")
    jwks_refresh_seconds = optional(number)
    tracing              = optional(bool)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["silent", "fatal", "error", "warn", "info", "debug", "trace"], var.function.log_level)
    error_message = "The app doesn't know the log level \"${var.function.log_level}\": use silent, fatal, error, warn, info, debug or trace."
  }
  validation {
    condition     = var.function.jwks_refresh_seconds == null ? true : (var.function.jwks_refresh_seconds >= 1 && var.function.jwks_refresh_seconds <= 86400 && floor(var.function.jwks_refresh_seconds) == var.function.jwks_refresh_seconds)
    error_message = "The app looks keys up again every 1 to 86400 whole seconds: mend function.jwks_refresh_seconds."
  }
}

variable "api" {
  description = "The API's door: browser origins that may call it, and how many requests it lets through."
  type = object({
    cors = optional(object({
      origins     = optional(set(string), [])
      credentials = optional(bool)
    }), {})
    throttle = optional(object({
      rate  = optional(number)
      burst = optional(number)
    }))
  })
  default  = {}
  nullable = false
}

variable "table" {
  description = "How well the table is kept: point-in-time recovery and deletion protection."
  type = object({
    point_in_time_recovery = optional(bool)
    deletion_protection    = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "log_retention_days" {
  description = "How many days the function's log and the API's access log are kept."
  type        = number
  default     = 30
  nullable    = false
}
