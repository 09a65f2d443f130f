resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = var.deletion_protection
  hash_key                    = var.key.hash_key
  range_key                   = var.key.range_key

  dynamic "attribute" {
    for_each = toset(flatten([for key in concat([var.key], values(var.indexes)) : [key.hash_key, key.range_key]]))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes
    iterator = index

    content {
      name            = index.key
      hash_key        = index.value.hash_key
      range_key       = index.value.range_key
      projection_type = "ALL"
    }
  }

  ttl {
    attribute_name = var.expiry_attribute
    enabled        = true
  }

  server_side_encryption {
    enabled = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }
}
