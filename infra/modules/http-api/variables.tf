variable "name" {
  description = "Name of the API, 1 to 128 characters."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.name)) > 0
    error_message = "The API's name is empty: give it one."
  }
  validation {
    condition     = length(var.name) <= 128
    error_message = "The API's name has ${length(var.name)} characters: shorten it to 128."
  }
}

variable "function" {
  description = "The function behind the API: its name, the alias that is invoked, and that alias's invoke ARN."
  type = object({
    name       = string
    alias      = string
    invoke_arn = string
  })
  nullable = false
}

variable "authorizers" {
  description = "JWT authorizers by pool: the issuer of the pool's tokens, the clients they may be issued to, and the scopes that the pool defines."
  type = map(object({
    issuer   = string
    audience = set(string)
    scopes   = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = length(var.authorizers) <= 10
    error_message = "API Gateway takes 10 authorizers an API and there are ${length(var.authorizers)} pools: declare 10 pools at most."
  }
  validation {
    condition     = length(var.authorizers) + length(distinct(values(try(var.access_authorizer.routes, {})))) <= 10 || length(var.authorizers) > 10
    error_message = "API Gateway takes 10 authorizers an API, and there are ${length(var.authorizers)} pools and routes whose answers may be kept for ${join(", ", distinct(values(try(var.access_authorizer.routes, {}))))} seconds: let revocable routes share a delay."
  }
  # Here and not among the routes': clients know the API's address, which knows its routes, and authorizers know clients.
  validation {
    condition     = alltrue([for route in var.routes : route.pool == null || contains(keys(var.authorizers), coalesce(route.pool, "none"))])
    error_message = "No such pool: ${join(", ", [for route in var.routes : "${route.routeKey} asks for ${route.pool}" if route.pool != null && !contains(keys(var.authorizers), coalesce(route.pool, "none"))])}. Declare the pool, or correct the route, and build again."
  }
  validation {
    condition     = alltrue([for route in var.routes : length(setsubtract(route.scopes, try(var.authorizers[route.pool].scopes, route.scopes))) == 0])
    error_message = "No such scope: ${join("; ", [for route in var.routes : "${route.routeKey} asks for ${join(", ", setsubtract(route.scopes, try(var.authorizers[route.pool].scopes, route.scopes)))}, which pool ${coalesce(route.pool, "none")} doesn't define" if length(setsubtract(route.scopes, try(var.authorizers[route.pool].scopes, route.scopes))) > 0])}. Declare the scope, or correct the route, and build again."
  }
}

variable "access_authorizer" {
  description = "A function that decides in the place of JWT authorizers: its name, the alias that is invoked, that alias's invoke ARN, and for each of its routes (METHOD /path) how many seconds its answers are kept, 0 to 300. Without it, the app alone checks what JWT authorizers can't."
  type = object({
    name       = string
    alias      = string
    invoke_arn = string
    routes     = map(number)
  })
  default = null

  validation {
    condition     = alltrue([for key in keys(try(var.access_authorizer.routes, {})) : contains(var.routes[*].routeKey, key)])
    error_message = "The access authorizer has routes that the API lacks: ${join(", ", setsubtract(keys(try(var.access_authorizer.routes, {})), var.routes[*].routeKey))}. Build again."
  }
  validation {
    condition     = alltrue([for seconds in values(try(var.access_authorizer.routes, {})) : seconds >= 0 && seconds <= 300 && floor(seconds) == seconds])
    error_message = "Answers of the access authorizer are kept for 0 to 300 whole seconds: correct the routes of access_authorizer."
  }
}

variable "routes" {
  description = "The routes, as dist/gateway.json lists them: METHOD /path, the pool whose tokens the gateway accepts (null leaves the check to the app), and scopes of which one is needed."
  type = list(object({
    routeKey = string
    pool     = optional(string)
    scopes   = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = alltrue([for route in var.routes : can(regex("^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[^\\s+]*$", route.routeKey))])
    error_message = "A route is METHOD /path, without a catch-all ($default, ANY, {proxy+}): correct ${join(", ", [for route in var.routes : route.routeKey if !can(regex("^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[^\\s+]*$", route.routeKey))])}."
  }
  validation {
    condition     = length(distinct(var.routes[*].routeKey)) == length(var.routes)
    error_message = "A route is listed twice: keep one line for each."
  }
  validation {
    condition     = alltrue([for route in var.routes : route.pool != null || length(route.scopes) == 0])
    error_message = "Scopes are checked by a pool's authorizer: give ${join(", ", [for route in var.routes : route.routeKey if route.pool == null && length(route.scopes) > 0])} a pool, or no scopes."
  }
}

variable "cors" {
  description = "Browser origins that may call the API (none: no CORS), whether with credentials (tokens in the Authorization header need none), the request headers that a page may send, and the response headers that it may read."
  type = object({
    origins        = optional(set(string), [])
    credentials    = optional(bool, false)
    allow_headers  = optional(set(string), ["authorization", "content-type"])
    expose_headers = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for origin in var.cors.origins : can(regex("^https?://([a-z0-9.-]+|\\[::1\\])(:\\d+)?$", origin))])
    error_message = "An origin is exact: scheme and host in lower case, without a path, a trailing slash or * (https://app.example.com): correct cors.origins."
  }
}

variable "domain" {
  description = "The API's own host name, and its ACM certificate, in the API's Region. The execute-api address is then off."
  type        = object({ name = string, certificate_arn = string })
  default     = null

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?$", var.domain.name))
    error_message = "The API's domain \"${try(var.domain.name, "")}\" is no host name in lower case, such as api.example.com: correct api.domain.name."
  }
  validation {
    condition     = var.domain == null ? true : can(regex("^arn:aws[\\w-]*:acm:[\\w-]+:\\d{12}:certificate/[\\w-]+$", var.domain.certificate_arn))
    error_message = "The API's domain ${try(var.domain.name, "")} needs a certificate of ACM in the API's Region, arn:aws:acm:REGION:ACCOUNT:certificate/ID: correct api.domain.certificate_arn."
  }
}

variable "throttle" {
  description = "Requests per second that the API lets through on a route in the long run, and the burst it lets through at once; a smaller share for each route without an authorizer, which anyone may call without a token."
  type = object({
    rate  = optional(number, 100)
    burst = optional(number, 200)
    without_authorizer = optional(object({
      rate  = optional(number, 20)
      burst = optional(number, 40)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for limit in [var.throttle, var.throttle.without_authorizer] : limit.rate > 0 && limit.burst > 0])
    error_message = "A rate or burst of 0 refuses every request: raise throttle.rate, throttle.burst and those of throttle.without_authorizer."
  }
}

variable "log_retention_days" {
  description = "How many days the access log is kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch doesn't keep logs for ${var.log_retention_days} days: use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}
