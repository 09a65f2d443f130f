variable "name" {
  description = "Name of the user pool, 1 to 128 characters."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.name)) > 0
    error_message = "The user pool's name is empty: give it one."
  }
  validation {
    condition     = length(var.name) <= 128 && can(regex("^[\\w\\s+=,.@-]*$", var.name))
    error_message = "User pool name \"${var.name}\" is not valid in Cognito: use 1 to 128 letters, digits, spaces and _+=,.@-."
  }
}

variable "sign_in" {
  description = "How people get an account and back into one: aliases they may type instead of their username, or addresses that are their username (both fixed at creation, later changes are ignored), whether they may register themselves, the ways to recover an account (an empty list leaves that to an administrator), what Cognito verifies for them, and the SES identity that sends e-mail (none: Cognito sends it)."
  type = object({
    aliases             = optional(set(string))
    usernames           = optional(set(string), [])
    self_registration   = optional(bool, false)
    recovery            = optional(list(string), [])
    verified_attributes = optional(set(string), [])
    ses_identity_arn    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(coalesce(var.sign_in.aliases, []), ["email", "phone_number", "preferred_username"])) == 0
    error_message = "A sign-in alias is email, phone_number or preferred_username: correct sign_in.aliases."
  }
  validation {
    condition     = length(setsubtract(var.sign_in.usernames, ["email", "phone_number"])) == 0
    error_message = "A username may be an email or a phone_number: correct sign_in.usernames."
  }
  validation {
    condition     = length(coalesce(var.sign_in.aliases, [])) == 0 || length(var.sign_in.usernames) == 0
    error_message = "A pool has sign-in aliases, or addresses as usernames: remove sign_in.aliases or sign_in.usernames."
  }
  validation {
    condition     = length(setsubtract(var.sign_in.recovery, ["verified_email", "verified_phone_number"])) == 0
    error_message = "An account is recovered through verified_email or verified_phone_number: correct sign_in.recovery, or leave it empty for administrators only."
  }
  validation {
    condition     = length(setsubtract(var.sign_in.verified_attributes, ["email", "phone_number"])) == 0
    error_message = "Cognito verifies email or phone_number: correct sign_in.verified_attributes."
  }
}

variable "mfa" {
  description = "Second factor by authenticator app: OFF, OPTIONAL (each person chooses) or ON (everyone must)."
  type        = string
  default     = "OPTIONAL"
  nullable    = false

  validation {
    condition     = contains(["OFF", "OPTIONAL", "ON"], var.mfa)
    error_message = "mfa is \"${var.mfa}\": use OFF, OPTIONAL or ON."
  }
}

variable "password_policy" {
  description = "What a password must contain, and how many days a temporary one works."
  type = object({
    minimum_length          = optional(number, 12)
    require_lowercase       = optional(bool, true)
    require_uppercase       = optional(bool, true)
    require_numbers         = optional(bool, true)
    require_symbols         = optional(bool, true)
    temporary_validity_days = optional(number, 3)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.password_policy.minimum_length >= 8 && var.password_policy.minimum_length <= 99
    error_message = "Pool ${var.name} would accept passwords of ${var.password_policy.minimum_length} characters: set password_policy.minimum_length to 8 or more (Cognito's limit is 99)."
  }
  validation {
    condition     = var.password_policy.temporary_validity_days >= 1 && var.password_policy.temporary_validity_days <= 365
    error_message = "A temporary password works for 1 to 365 days: correct password_policy.temporary_validity_days."
  }
}

variable "tier" {
  description = "Feature plan: LITE, ESSENTIALS (access tokens can be customised; what Cognito gives a new pool) or PLUS (threat protection, which is then on)."
  type        = string
  default     = null

  validation {
    condition     = var.tier == null || contains(["LITE", "ESSENTIALS", "PLUS"], coalesce(var.tier, "none"))
    error_message = "tier is \"${coalesce(var.tier, "none")}\": use LITE, ESSENTIALS or PLUS, or leave it out."
  }
}

variable "threat_protection" {
  description = "What a PLUS pool does about risky sign-ins and compromised passwords: ENFORCED (respond to them) or AUDIT (only log them). Other tiers have no threat protection."
  type        = string
  default     = "ENFORCED"
  nullable    = false

  validation {
    condition     = contains(["ENFORCED", "AUDIT"], var.threat_protection)
    error_message = "threat_protection is \"${var.threat_protection}\": use ENFORCED or AUDIT. To have none, choose another tier than PLUS."
  }
}

variable "deletion_protection" {
  description = "Refuse to delete the pool, and everyone in it, until this is turned off."
  type        = bool
  default     = false
  nullable    = false
}

variable "attributes" {
  description = "Custom attributes by name, without `custom:`: type (string, number or boolean), bounds of the text's length or of the number, and whether the value may change. Cognito adds attributes to a pool, and neither changes nor removes one: a plan that does fails."
  type = map(object({
    type    = string
    min     = optional(number)
    max     = optional(number)
    mutable = optional(bool, true)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for attribute in values(var.attributes) : contains(["string", "number", "boolean"], attribute.type)])
    error_message = "An attribute's type is string, number or boolean: correct attributes."
  }
  validation {
    condition     = length(var.attributes) <= 50 && alltrue([for name in keys(var.attributes) : can(regex("^[^\\s:]{1,20}$", name))])
    error_message = "A pool has up to 50 attributes, whose names have 1 to 20 characters without spaces and colons (Cognito adds custom: itself): correct attributes."
  }
}

variable "groups" {
  description = "Groups that people are authorised by: name -> description."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for group in keys(var.groups) : can(regex("^[^\\s,\\[\\]]{1,128}$", group))])
    error_message = "A group's name has 1 to 128 characters, none of them a space, a comma or a bracket (the gateway joins groups with spaces): rename the group."
  }
}

variable "resource_servers" {
  description = "What machines are authorised for: resource server identifier -> scope name -> description. The scope in a token is IDENTIFIER/NAME."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for scopes in values(var.resource_servers) : length(scopes) > 0 && length(scopes) <= 100])
    error_message = "A resource server has 1 to 100 scopes: add one, or remove the resource server."
  }
}

variable "lambda_triggers" {
  description = "Functions that Cognito runs as triggers: trigger name (pre_sign_up, post_confirmation, pre_token_generation ...) -> function ARN, alias or version included where wanted. Cognito is permitted to invoke them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.lambda_triggers), [
      "create_auth_challenge", "custom_email_sender", "custom_message", "define_auth_challenge", "post_authentication", "post_confirmation",
      "pre_authentication", "pre_sign_up", "pre_token_generation", "user_migration", "verify_auth_challenge_response",
    ])) == 0
    error_message = "lambda_triggers names a trigger that Cognito doesn't know: use create_auth_challenge, custom_email_sender, custom_message, define_auth_challenge, post_authentication, post_confirmation, pre_authentication, pre_sign_up, pre_token_generation, user_migration or verify_auth_challenge_response."
  }
  validation {
    condition     = alltrue([for arn in values(var.lambda_triggers) : can(regex("^arn:[\\w-]+:lambda:[\\w-]+:\\d{12}:function:[\\w-]{1,64}(:[\\w$-]+)?$", arn))])
    error_message = "A trigger is given by its function's ARN, arn:aws:lambda:REGION:ACCOUNT:function:NAME: correct lambda_triggers."
  }
}

variable "sender_key_arn" {
  description = "ARN of the KMS key that Cognito encrypts codes with for the trigger custom_email_sender, which needs one."
  type        = string
  default     = null

  validation {
    condition     = var.sender_key_arn != null || !contains(keys(var.lambda_triggers), "custom_email_sender")
    error_message = "Cognito encrypts the codes that a trigger custom_email_sender sends: give sender_key_arn, or write the trigger in app/api/triggers, which makes a key."
  }
}

variable "token_trigger_version" {
  description = "Version of the pre_token_generation event: V1_0 (ID tokens), V2_0 (access tokens of people as well) or V3_0 (of machines as well). Without it, V1_0 in the tier LITE, else V2_0."
  type        = string
  default     = null

  validation {
    condition     = var.token_trigger_version == null ? true : contains(["V1_0", "V2_0", "V3_0"], var.token_trigger_version)
    error_message = "token_trigger_version is V1_0, V2_0 or V3_0: correct it."
  }
  validation {
    condition     = var.token_trigger_version == null ? true : var.token_trigger_version == "V1_0" || coalesce(var.tier, "ESSENTIALS") != "LITE"
    error_message = "Pools of the tier LITE send version 1 of the event alone: write the trigger for preTokenGenerationV1, or choose another tier."
  }
}

variable "domain" {
  description = "Prefix of the pool's amazoncognito.com domain, unique in its Region. Machines and managed login need a domain, this or a custom one."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null || can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain))
    error_message = "Domain prefix \"${coalesce(var.domain, "none")}\" is not valid in Cognito: use 1 to 63 lower-case letters, digits and inner hyphens."
  }
  validation {
    condition     = var.domain == null || !can(regex("aws|amazon|cognito", var.domain))
    error_message = "Cognito reserves the words aws, amazon and cognito: take them out of the domain prefix."
  }
}

variable "custom_domain" {
  description = "A domain of your own: its name, and the ARN of its certificate in ACM, in us-east-1 wherever the pool is. The parent domain must have an A record, and the name an alias to the output domain_target."
  type = object({
    name            = string
    certificate_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.custom_domain == null ? true : length(var.custom_domain.name) <= 63 && can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?$", var.custom_domain.name))
    error_message = "Custom domain \"${try(var.custom_domain.name, "")}\" is not valid in Cognito: use a host name of up to 63 lower-case letters, digits, hyphens and dots, such as login.example.com."
  }
  validation {
    condition     = var.custom_domain == null ? true : var.custom_domain.certificate_arn != null
    error_message = "Custom domain ${try(var.custom_domain.name, "")} has no certificate: give custom_domain.certificate_arn, a certificate in ACM for that name."
  }
  validation {
    condition     = try(var.custom_domain.certificate_arn, null) == null ? true : can(regex("^arn:aws[\\w-]*:acm:us-east-1:\\d{12}:certificate/[\\w-]+$", var.custom_domain.certificate_arn))
    error_message = "Custom domain ${try(var.custom_domain.name, "")}: the certificate must be in us-east-1, arn:aws:acm:us-east-1:ACCOUNT:certificate/ID, whatever the pool's Region: request or import it there."
  }
}

variable "login_pages" {
  description = "Cognito's sign-in pages: their version, 1 (the classic ones) or 2 (managed login, which shows nothing until the client has a style; README.md), by default Cognito's own choice, and CSS for version 1."
  type = object({
    version = optional(number)
    css     = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.login_pages.version == null ? true : contains([1, 2], var.login_pages.version)
    error_message = "The sign-in pages have version 1 or 2: correct login_pages.version."
  }
  validation {
    condition     = var.login_pages.css == null || var.login_pages.version != 2
    error_message = "CSS is for version 1 of the sign-in pages: remove login_pages.css, or the version; pages of version 2 have a style instead (README.md)."
  }
}
