variable "name" {
  description = "Name of the client, 1 to 128 characters."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.name)) > 0
    error_message = "The client's name is empty: give it one."
  }
  validation {
    condition     = length(var.name) <= 128 && can(regex("^[\\w\\s+=,.@-]*$", var.name))
    error_message = "Client name \"${var.name}\" is not valid in Cognito: use 1 to 128 letters, digits, spaces and _+=,.@-."
  }
}

variable "user_pool_id" {
  description = "Id of the pool the client belongs to."
  type        = string
  nullable    = false
}

variable "secret" {
  description = "Whether the client has a secret. Without one it is for pages and devices, which can't keep it. Fixed at creation."
  type        = bool
  default     = true
  nullable    = false
}

variable "auth_flows" {
  description = "How people may sign in through this client. The empty list makes it a client for machines, which need scopes."
  type        = set(string)
  default     = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  nullable    = false

  validation {
    condition = length(setsubtract(var.auth_flows, [
      "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
      "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
    ])) == 0
    error_message = "auth_flows names a flow that Cognito doesn't know: use ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_AUTH, ALLOW_USER_PASSWORD_AUTH or ALLOW_USER_SRP_AUTH."
  }
}

variable "scopes" {
  description = "Scopes, RESOURCE_SERVER/NAME, that a machine may ask for with client credentials. The pool needs a domain."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.scopes) > 0 || length(var.auth_flows) > 0
    error_message = "Client ${var.name} could do nothing: give it scopes (for machines) or auth_flows (for people)."
  }
  validation {
    condition     = length(var.scopes) == 0 || length(var.auth_flows) == 0
    error_message = "Client ${var.name} has scopes and auth_flows: make one client for machines and another for people."
  }
  validation {
    condition     = length(var.scopes) == 0 || var.secret
    error_message = "Client ${var.name} is for machines, which sign in with a secret: leave `secret` out, or remove the scopes."
  }
}

variable "managed_login" {
  description = "Signing in on Cognito's pages, with a code and PKCE: where people return with the code and where after signing out, letter for letter, and what the client may ask for. The pool needs a domain. Without it, there is no code flow."
  type = object({
    callback_urls = set(string)
    logout_urls   = optional(set(string), [])
    scopes        = optional(set(string), ["openid", "email", "profile", "aws.cognito.signin.user.admin"])
  })
  default = null

  validation {
    condition     = var.managed_login == null || length(var.scopes) == 0 && !var.secret
    error_message = "Client ${var.name}: managed login is for a client without a secret, for people: remove managed_login, or secret and scopes."
  }
  validation {
    condition     = var.managed_login == null ? true : length(var.managed_login.callback_urls) >= 1 && length(var.managed_login.callback_urls) <= 100 && length(var.managed_login.logout_urls) <= 100
    error_message = "Client ${var.name}: managed login takes 1 to 100 addresses to return to with a code, and up to 100 to return to signed out."
  }
  validation {
    condition     = var.managed_login == null ? true : length(var.managed_login.scopes) >= 1 && length(var.managed_login.scopes) <= 50
    error_message = "Client ${var.name}: a client asks for 1 to 50 scopes: correct managed_login.scopes."
  }
}

variable "rotation_grace_seconds" {
  description = "Each renewal gives a client without a secret another refresh token, and the one before works for so many seconds more, 0 to 60. Without it, a refresh token stays the same."
  type        = number
  default     = null

  validation {
    condition     = var.rotation_grace_seconds == null ? true : var.rotation_grace_seconds >= 0 && var.rotation_grace_seconds <= 60 && floor(var.rotation_grace_seconds) == var.rotation_grace_seconds
    error_message = "Client ${var.name}: a refresh token works for 0 to 60 whole seconds after another took its place."
  }
  validation {
    condition     = var.rotation_grace_seconds == null || !contains(var.auth_flows, "ALLOW_REFRESH_TOKEN_AUTH")
    error_message = "Client ${var.name}: where refresh tokens are rotated, Cognito renews without the flow ALLOW_REFRESH_TOKEN_AUTH: take it out of auth_flows, or rotation_grace_seconds."
  }
}

variable "token_validity" {
  description = "How long tokens are valid: access and ID tokens 5 to 1440 minutes, refresh tokens 1 to 87600 hours (ten years)."
  type = object({
    access_minutes = optional(number, 60)
    id_minutes     = optional(number, 60)
    refresh_hours  = optional(number, 720)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for minutes in [var.token_validity.access_minutes, var.token_validity.id_minutes] : minutes >= 5 && minutes <= 1440
    ])
    error_message = "Client ${var.name}: access and ID tokens are valid for 5 to 1440 minutes (a day): correct token_validity.access_minutes or token_validity.id_minutes."
  }
  validation {
    condition     = var.token_validity.refresh_hours >= 1 && var.token_validity.refresh_hours <= 87600
    error_message = "Client ${var.name}: refresh tokens are valid for 1 to 87600 hours (ten years): correct token_validity.refresh_hours."
  }
  validation {
    condition     = var.token_validity.refresh_hours * 60 >= max(var.token_validity.access_minutes, var.token_validity.id_minutes)
    error_message = "Client ${var.name}: a refresh token must be valid at least as long as the tokens it renews: raise token_validity.refresh_hours."
  }
}

variable "token_revocation" {
  description = "Whether refresh tokens can be revoked, so that signing out ends a session."
  type        = bool
  default     = true
  nullable    = false
}

variable "hide_user_existence" {
  description = "Give a sign-in with an unknown username the same answer as one with a wrong password."
  type        = bool
  default     = true
  nullable    = false
}

variable "attributes" {
  description = "Attributes that people may read and write of themselves through this client, custom ones as custom:NAME. Without it, Cognito's default; a pool with attributes of its own needs it, or people could write those."
  type = object({
    read  = set(string)
    write = set(string)
  })
  default = null
}
