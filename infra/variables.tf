variable "name" {
  description = "Name of this deployment: the function, its role, the API, the table and the pools are named after it. Without it, the product's name and `name_suffix`. Two deployments in one account need two names."
  type        = string
  default     = null

  validation {
    condition     = var.name == null || can(regex("^[A-Za-z0-9_-]{3,64}$", var.name))
    error_message = "The deployment's name \"${coalesce(var.name, "(empty)")}\" is also the name of the function and the table: give it 3 to 64 letters, digits, hyphens and underscores."
  }
}

variable "name_suffix" {
  description = "What follows the product's name, such as -dev, where `name` is left out: names the deployments of one account apart."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{0,32}$", var.name_suffix))
    error_message = "name_suffix \"${var.name_suffix}\" becomes part of names: give it up to 32 letters, digits, hyphens and underscores."
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
  description = "Where `make build` left lambda.zip, gateway.json, pools.json and deployment.json: a path from infra/, or an absolute one."
  type        = string
  default     = "../dist"
  nullable    = false

  validation {
    condition     = alltrue([for file in ["lambda.zip", "gateway.json", "pools.json", "deployment.json"] : fileexists("${startswith(var.package_dir, "/") ? "" : "${path.root}/"}${var.package_dir}/${file}")])
    error_message = "The package is not built: ${var.package_dir} lacks lambda.zip, gateway.json, pools.json or deployment.json. Run `make build` first."
  }
}

variable "all_pools" {
  description = "Settings of every declared pool, also of one that is declared later: mfa, password_policy, tier, threat_protection, deletion_protection and token_use (README.md). What a pool sets in `pools` replaces them, member by member; what neither sets has the default of modules/user-pool."
  # An object type would drop unknown members without a word; members.tf refuses them.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition     = try(var.all_pools.token_use, null) == null ? true : length(var.all_pools.token_use) > 0 && length(setsubtract(var.all_pools.token_use, ["access", "id"])) == 0
    error_message = "all_pools.token_use lists \"access\", \"id\" or both: correct it, or leave it out to accept both."
  }
}

variable "pools" {
  description = "Settings of single pools, by the name that app/api/access.ts declares: those of `all_pools`, and name, sign_in, attributes, lambda_triggers, previous, domain, custom_domain, login_pages, managed_login, client and machines (README.md). Pools, groups, scopes and machines exist without being named here. What a pool leaves out has the setting of `all_pools`, then the declaration's, then the default of modules/user-pool or modules/user-pool-client."
  # As above.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition     = can([for settings in values(var.pools) : keys(settings)])
    error_message = "`pools` is a map of maps, the settings of a pool by its name: pools = { NAME = { mfa = \"ON\" } }."
  }
  validation {
    condition     = length(setsubtract(keys(var.pools), keys(local.declared))) == 0
    error_message = "No such pool: ${join(", ", setsubtract(keys(var.pools), keys(local.declared)))}. app/api/access.ts declares ${join(", ", keys(local.declared))}: rename or remove the key of `pools`, or declare the pool and build again."
  }
  validation {
    condition     = alltrue([for key, pool in var.pools : length(setsubtract(try(keys(pool.machines), []), try(local.declared_machines[key], []))) == 0])
    error_message = "No such machine: ${join(", ", flatten([for key, pool in var.pools : [for name in setsubtract(try(keys(pool.machines), []), try(local.declared_machines[key], [])) : "${name} in pool ${key}"]]))}. Rename or remove the key of `machines`, or declare the machine in app/api/access.ts and build again."
  }
  validation {
    condition = alltrue([for pool in values(var.pools) : try(pool.previous, null) == null ? true :
      can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]+$", pool.previous.user_pool_id)) && try(length(pool.previous.client_ids) > 0, false) && can(regex("^[0-9a-z]+$", pool.previous.migration_client_id))
    ])
    error_message = "A pool's `previous` has user_pool_id (REGION_ID), client_ids (one or more, whose tokens stay good) and migration_client_id (which the trigger checks passwords with): infra/MOVING-A-POOL.md."
  }
  validation {
    condition     = alltrue([for pool in values(var.pools) : try(pool.token_use, null) == null ? true : length(pool.token_use) > 0 && length(setsubtract(pool.token_use, ["access", "id"])) == 0])
    error_message = "A pool's token_use lists \"access\", \"id\" or both: correct it, or leave it out to accept both."
  }
}

variable "distrusted_pools" {
  description = "Pools whose tokens API Gateway and the app refuse, for an incident (RUNBOOK.md). The pool, its clients and its users stay, and sign in as before."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.distrusted_pools, keys(local.declared))) == 0
    error_message = "No such pool: ${join(", ", setsubtract(var.distrusted_pools, keys(local.declared)))}. app/api/access.ts declares ${join(", ", keys(local.declared))}: correct distrusted_pools."
  }
  validation {
    condition     = length(setsubtract(keys(local.declared), var.distrusted_pools)) > 0
    error_message = "distrusted_pools leaves no pool, and the app doesn't start without one: to stop the whole API, set function.reserved_concurrency to 0."
  }
}

variable "carried_keys" {
  description = "Public keys that the functions start with, by user pool id: what the pools published when `make deploy` wrote carried-keys.auto.tfvars.json. Without them the first call of a process waits for Cognito."
  type        = map(list(object({ kid = string, n = string, e = string })))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for id, jwks in var.carried_keys :
      can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]{1,55}$", id)) && length(jwks) > 0 && length(distinct(jwks[*].kid)) == length(jwks) &&
      alltrue([for jwk in jwks : can(regex("^[\\w-]+$", jwk.n)) && length(jwk.n) >= 342 && length(jwk.n) <= 1366 && can(regex("^[\\w-]{4,6}$", jwk.e)) && jwk.kid != ""])
    ])
    error_message = "carried_keys has by user pool id one or more public RSA keys of 2048 bits or more, each with its own kid, and n and e as in the pool's JWKS: write them by `make deploy`, or remove carried-keys.auto.tfvars.json."
  }
}

variable "settings" {
  description = "The API's own settings, by the names that app/api/settings.ts declares. What is left out has its declared default."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.settings), local.deployment.settings[*].name)) == 0
    error_message = "No such setting: ${join(", ", setsubtract(keys(var.settings), local.deployment.settings[*].name))}. app/api/settings.ts declares ${length(local.deployment.settings) == 0 ? "none" : join(", ", local.deployment.settings[*].name)}: rename or remove the key of `settings`, or declare the setting and build again."
  }
  validation {
    condition     = alltrue([for setting in local.deployment.settings : setting.default != null || lookup(var.settings, setting.name, "") != ""])
    error_message = "A required setting is missing: ${join("; ", [for setting in local.deployment.settings : "${setting.name} (${setting.description})" if setting.default == null && lookup(var.settings, setting.name, "") == ""])}. Give it a value in `settings`."
  }
}

variable "function" {
  description = "The function: runtime, architecture, memory_mb, timeout_seconds, reserved_concurrency (how many of it may run at once), log_level (silent to trace; info), metrics (whether it writes them to its log; true), jwks_refresh_seconds (how often it fetches its pools' keys again, 1 to 86400; without it, the app's default), revocation_unavailable (what revocable routes do while the table is unavailable: refuse, the app's default, or admit), tracing (X-Ray), otlp_endpoint (where it sends OpenTelemetry's traces, of a build with TRACING=on), and layers (ARNs with their version, such as a collector's)."
  # As above.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition     = can(keys(var.function))
    error_message = "`function` is a map of settings: function = { memory_mb = 1024 }."
  }
  validation {
    condition     = contains(["silent", "fatal", "error", "warn", "info", "debug", "trace"], coalesce(try(var.function.log_level, null), "info"))
    error_message = "The app doesn't know the log level ${jsonencode(try(var.function.log_level, null))}: use silent, fatal, error, warn, info, debug or trace."
  }
  validation {
    condition     = can(tobool(try(var.function.metrics, null)))
    error_message = "function.metrics is true or false: correct it, or leave it out to write metrics."
  }
  validation {
    condition     = !contains(["silent", "fatal", "error", "warn"], try(var.function.log_level, "info")) || try(var.function.metrics, null) == false
    error_message = "Metrics are part of the request log, which log level ${jsonencode(try(var.function.log_level, null))} leaves out, so alarms would never fire: set function.log_level to info, debug or trace, or function.metrics to false (and no `monitoring`)."
  }
  validation {
    condition     = try(var.function.jwks_refresh_seconds, null) == null ? true : try(var.function.jwks_refresh_seconds >= 1 && var.function.jwks_refresh_seconds <= 86400 && floor(var.function.jwks_refresh_seconds) == var.function.jwks_refresh_seconds, false)
    error_message = "The app fetches keys again every 1 to 86400 whole seconds: correct function.jwks_refresh_seconds."
  }
  validation {
    condition     = contains(["refuse", "admit"], coalesce(try(var.function.revocation_unavailable, null), "refuse"))
    error_message = "While the table is unavailable, revocable routes refuse or admit callers: correct function.revocation_unavailable, which is ${jsonencode(try(var.function.revocation_unavailable, null))}."
  }
  validation {
    condition     = can(regex("^https?://[^@]+$", coalesce(try(var.function.otlp_endpoint, null), "http://localhost:4318")))
    error_message = "Traces go to an http:// or https:// address without credentials: correct function.otlp_endpoint."
  }
}

variable "api" {
  description = "The HTTP API: domain (its own host name and certificate_arn), cors (origins, the browser origins that may call it, and credentials) and throttle (rate and burst on all routes, and in without_authorizer those on each route without an authorizer)."
  # As above.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition     = can(keys(var.api))
    error_message = "`api` is a map of settings: api = { cors = { origins = [\"https://app.example.com\"] } }."
  }
}

variable "edge" {
  description = "CloudFront and WAF in front of the API, which then refuses what comes around them: domain (the public name and certificate_arn), secret_number, calls_per_address, counted_rules and log_blocked (modules/edge). Without it there are none."
  # As above.
  type    = any
  default = null

  validation {
    condition     = var.edge == null || can(tostring(var.edge.domain.name))
    error_message = "`edge` needs the public name of the API: edge = { domain = { name = \"api.example.com\", certificate_arn = \"arn:aws:acm:us-east-1:ACCOUNT:certificate/ID\" } }."
  }
  validation {
    condition     = var.edge == null || try(var.api.domain.name, null) != null
    error_message = "CloudFront calls the API at the API's own domain, since its execute-api address is off: give api.domain, another name than edge.domain, with a certificate in the API's Region, or remove `edge`."
  }
}

variable "access_authorizer" {
  description = "Whether a function of its own refuses calls at API Gateway where JWT authorizers can't: on routes for several pools, groups or claims. Off, the app alone refuses them, with its own answers (README.md)."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.access_authorizer || alltrue([for file in ["authorizer.zip", "authorizer.json"] : fileexists("${local.package_dir}/${file}")])
    error_message = "The access authorizer is not built: ${var.package_dir} lacks authorizer.zip or authorizer.json. Run `make build`, or set access_authorizer to false."
  }
}

variable "table" {
  description = "The table: name (without one, the deployment's), point_in_time_recovery and deletion_protection. Another name is another table: what the old one holds is deleted with it."
  # As above.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition     = can(keys(var.table))
    error_message = "`table` is a map of settings: table = { deletion_protection = true }."
  }
}

variable "tenant_isolation" {
  description = "What keeps the items of tenants apart: `code`, the keys that the machinery makes; `role`, also a role that the function assumes for each tenant; `role_only`, which also denies the function's own role their items. From code to role_only go by role, and release in between (README.md)."
  type        = string
  default     = "code"
  nullable    = false

  validation {
    condition     = contains(["code", "role", "role_only"], var.tenant_isolation)
    error_message = "Tenants are kept apart by code, role or role_only: correct tenant_isolation, which is ${jsonencode(var.tenant_isolation)}."
  }
}

variable "monitoring" {
  description = "Alarms, their topic and a dashboard; without it there are none. account_concurrency is the account's limit of concurrent executions in the Region (1000); for emails, thresholds and saved_queries see modules/monitoring."
  # As above.
  type    = any
  default = null

  validation {
    condition     = var.monitoring == null || can(keys(var.monitoring))
    error_message = "`monitoring` is a map of settings: monitoring = { emails = [\"ops@example.com\"] }, or {} for the defaults."
  }
  validation {
    condition     = var.monitoring == null || try(var.function.metrics, null) != false
    error_message = "Alarms need the function's metrics: remove `monitoring`, or `metrics = false` of `function`."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that limits the roles of functions (output of bootstrap); none by default."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[\\w-]+:iam::\\d{12}:policy/", var.permissions_boundary))
    error_message = "permissions_boundary is the ARN of a policy, arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "release" {
  description = "How a new version gets its calls: `weight` is its share of them (0.1) while the alarms of `monitoring` are watched for `watch_seconds` (60), before it gets all."
  # As above.
  type     = any
  default  = {}
  nullable = false

  validation {
    condition     = can(keys(var.release))
    error_message = "`release` is a map of settings: release = { watch_seconds = 600 }."
  }
  validation {
    condition     = try(var.release.weight, null) == null ? true : try(var.release.weight > 0 && var.release.weight < 1, false)
    error_message = "release.weight is a share of the calls, a number above 0 and below 1: correct it, or leave it out for 0.1."
  }
  validation {
    condition     = try(var.release.watch_seconds, null) == null ? true : try(var.release.watch_seconds >= 0 && var.release.watch_seconds <= 3600, false)
    error_message = "Alarms are watched for 0 to 3600 seconds: correct release.watch_seconds, or leave it out for 60."
  }
}

variable "revocation_events" {
  description = "Whether revocable routes follow what CloudTrail records of users who are disabled or signed out elsewhere (modules/revocation-events). It needs a trail in the Region."
  type        = bool
  default     = false
  nullable    = false
}

variable "secrets_manager" {
  description = "Whether each client with a secret has a place in Secrets Manager that a rotation moves the secret to (README.md). Before the first rotation there is no value in it."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "How many days the function's log and the API's access log are kept."
  type        = number
  default     = 30
  nullable    = false
}
