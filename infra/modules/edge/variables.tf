variable "name" {
  description = "Name of the web ACL, its log and the secrets' parameters, 1 to 128 letters, digits, hyphens and underscores."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.name))
    error_message = "The name \"${var.name}\" is not valid in WAF: use 1 to 128 letters, digits, hyphens and underscores."
  }
}

variable "domain" {
  description = "The public host name of the API, and its ACM certificate, in us-east-1."
  type        = object({ name = string, certificate_arn = string })
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?$", var.domain.name))
    error_message = "The edge's domain \"${var.domain.name}\" is no host name in lower case, such as api.example.com: correct edge.domain.name."
  }
  validation {
    condition     = can(regex("^arn:aws[\\w-]*:acm:us-east-1:\\d{12}:certificate/[\\w-]+$", var.domain.certificate_arn))
    error_message = "CloudFront takes certificates of us-east-1 alone, arn:aws:acm:us-east-1:ACCOUNT:certificate/ID, whatever the API's Region: correct edge.domain.certificate_arn."
  }
  validation {
    condition     = var.domain.name != var.origin
    error_message = "CloudFront can't have ${var.domain.name} and call it: give edge.domain.name and api.domain.name two names."
  }
}

variable "origin" {
  description = "Host name of the API that CloudFront calls: its own domain, not the public one."
  type        = string
  nullable    = false
}

variable "secret_number" {
  description = "Which of the header's random values CloudFront sends. One more rotates it: the function accepts the next value already."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.secret_number >= 1 && floor(var.secret_number) == var.secret_number
    error_message = "edge.secret_number counts the header's values from 1: raise it by one to rotate."
  }
}

variable "calls_per_address" {
  description = "How many calls WAF lets through in 5 minutes from one address, 10 to 2 billion; more of them are 429."
  type        = number
  default     = 2000
  nullable    = false

  validation {
    condition     = var.calls_per_address >= 10 && var.calls_per_address <= 2000000000 && floor(var.calls_per_address) == var.calls_per_address
    error_message = "WAF counts 10 to 2,000,000,000 calls in 5 minutes: correct edge.calls_per_address."
  }
}

variable "counted_rules" {
  description = "Rules of AWSManagedRulesCommonRuleSet that count and don't block. SizeRestrictions_BODY refuses bodies above 8 KB; the app itself takes 100 kB."
  type        = set(string)
  default     = ["SizeRestrictions_BODY"]
  nullable    = false
}

variable "log_blocked" {
  description = "Whether WAF logs what it blocked or counted, with callers' addresses."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "How many days that log is kept."
  type        = number
  default     = 30
  nullable    = false
}
