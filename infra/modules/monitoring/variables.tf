variable "name" {
  description = "Name of the deployment, which those of topic, dashboard, alarms and queries begin with."
  type        = string
  nullable    = false
}

variable "namespace" {
  description = "Namespace of the metrics that the function writes to its log: the product's name."
  type        = string
  nullable    = false
}

variable "function" {
  description = "The function: its name, the alias that the API invokes, its log group, and how many of it may run at once before calls are throttled (its reserved concurrency, or the account's limit)."
  type        = object({ name = string, alias = string, log_group = string, concurrency_limit = optional(number, 1000) })
  nullable    = false
}

variable "api" {
  description = "The HTTP API: its id and the log group of its access log."
  type        = object({ id = string, log_group = string })
  nullable    = false
}

variable "pools" {
  description = "The user pools by name, each with its id and the ids of its clients."
  type        = map(object({ id = string, client_ids = list(string) }))
  nullable    = false
}

variable "emails" {
  description = "Addresses that receive the alarms; each has to confirm the message that AWS sends first."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+$", email))])
    error_message = "No e-mail address: ${join(", ", [for email in var.emails : email if !can(regex("^[^@[:space:]]+@[^@[:space:]]+$", email))])}. Correct `emails`."
  }
}

variable "thresholds" {
  description = "When alarms fire: responses with 5xx in 5 minutes; p99 of the latency in milliseconds; the share of requests that are refused (0 to 1) in 5 minutes with at least so many requests; the share of the concurrency limit (0 to 1)."
  type = object({
    server_errors     = optional(number, 5)
    p99_ms            = optional(number, 3000)
    refused_share     = optional(number, 0.5)
    min_requests      = optional(number, 100)
    concurrency_share = optional(number, 0.8)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for share in [var.thresholds.refused_share, var.thresholds.concurrency_share] : share > 0 && share <= 1])
    error_message = "refused_share and concurrency_share are shares: numbers above 0, and 1 at most."
  }
  validation {
    condition     = alltrue([for number in [var.thresholds.server_errors, var.thresholds.p99_ms, var.thresholds.min_requests] : number > 0])
    error_message = "server_errors, p99_ms and min_requests are numbers above 0."
  }
}

variable "saved_queries" {
  description = "Save the queries of the dashboard in Logs Insights as well."
  type        = bool
  default     = true
  nullable    = false
}
