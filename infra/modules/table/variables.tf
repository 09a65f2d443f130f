variable "name" {
  description = "Name of the table, 3 to 255 characters."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.name))
    error_message = "Table name \"${var.name}\" is not valid in DynamoDB: use 3 to 255 letters, digits, hyphens, dots and underscores."
  }
}

variable "key" {
  description = "The table's partition and sort key: names of string attributes."
  type        = object({ hash_key = string, range_key = string })
  nullable    = false
}

variable "indexes" {
  description = "Global secondary indexes by name, each with the names of its key's string attributes and a copy of the whole item."
  type        = map(object({ hash_key = string, range_key = string }))
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.indexes) <= 20
    error_message = "DynamoDB takes 20 global secondary indexes a table and there are ${length(var.indexes)}: remove some."
  }
  validation {
    condition     = alltrue([for index in keys(var.indexes) : can(regex("^[A-Za-z0-9_.-]{3,255}$", index))])
    error_message = "An index is named by 3 to 255 letters, digits, hyphens, dots and underscores: rename ${join(", ", [for index in keys(var.indexes) : index if !can(regex("^[A-Za-z0-9_.-]{3,255}$", index))])}."
  }
}

variable "expiry_attribute" {
  description = "The attribute that says when DynamoDB may delete an item: a number, seconds since 1970."
  type        = string
  nullable    = false
}

variable "point_in_time_recovery" {
  description = "Keep 35 days of changes, so that the table can be restored to any second of them."
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
