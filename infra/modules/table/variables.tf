variable "name" {
  description = "Name of the table, 3 to 255 characters."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.name) > 0
    error_message = "The table's name is empty: give it one."
  }
  validation {
    condition     = length(var.name) == 0 || can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "Table name \"${var.name}\" is not one DynamoDB takes: 3 to 255 letters, digits, hyphens, dots and underscores."
  }
}

variable "point_in_time_recovery" {
  description = "Keep 35 days of changes, to go back to any second of them."
  type        = bool
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  description = "Refuse to delete the table until this is turned off."
  type        = bool
  default     = false
  nullable    = false
}
