locals {
  # Cognito takes either. Whose user name is an address may call themselves anything.
  aliases = var.sign_in.aliases != null ? var.sign_in.aliases : length(var.sign_in.usernames) > 0 ? [] : ["preferred_username"]
}

resource "aws_cognito_user_pool" "this" {
  name                     = var.name
  alias_attributes         = length(local.aliases) > 0 ? local.aliases : null
  username_attributes      = length(var.sign_in.usernames) > 0 ? var.sign_in.usernames : null
  auto_verified_attributes = length(var.sign_in.verified_attributes) > 0 ? var.sign_in.verified_attributes : null
  deletion_protection      = var.deletion_protection ? "ACTIVE" : "INACTIVE"
  mfa_configuration        = var.mfa
  user_pool_tier           = var.tier

  username_configuration {
    case_sensitive = false
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.sign_in.self_registration
  }

  account_recovery_setting {
    dynamic "recovery_mechanism" {
      for_each = length(var.sign_in.recovery) > 0 ? var.sign_in.recovery : ["admin_only"]

      content {
        name     = recovery_mechanism.value
        priority = recovery_mechanism.key + 1
      }
    }
  }

  password_policy {
    minimum_length                   = var.password_policy.minimum_length
    require_lowercase                = var.password_policy.require_lowercase
    require_uppercase                = var.password_policy.require_uppercase
    require_numbers                  = var.password_policy.require_numbers
    require_symbols                  = var.password_policy.require_symbols
    temporary_password_validity_days = var.password_policy.temporary_validity_days
  }

  email_configuration {
    email_sending_account = var.sign_in.ses_identity_arn == null ? "COGNITO_DEFAULT" : "DEVELOPER"
    source_arn            = var.sign_in.ses_identity_arn
  }

  # Constraints are always written: Cognito returns them, and a missing one would look like a change.
  dynamic "schema" {
    for_each = var.attributes
    iterator = attribute

    content {
      name                     = attribute.key
      attribute_data_type      = { string = "String", number = "Number", boolean = "Boolean" }[attribute.value.type]
      mutable                  = attribute.value.mutable
      required                 = false
      developer_only_attribute = false

      dynamic "string_attribute_constraints" {
        for_each = attribute.value.type == "string" ? [attribute.value] : []

        content {
          min_length = coalesce(string_attribute_constraints.value.min, 0)
          max_length = coalesce(string_attribute_constraints.value.max, 2048)
        }
      }

      dynamic "number_attribute_constraints" {
        for_each = attribute.value.type == "number" ? [attribute.value] : []

        content {
          min_value = number_attribute_constraints.value.min
          max_value = number_attribute_constraints.value.max
        }
      }
    }
  }

  # The tier alone pays for threat protection without turning it on.
  dynamic "user_pool_add_ons" {
    for_each = var.tier == "PLUS" ? [var.threat_protection] : []

    content {
      advanced_security_mode = user_pool_add_ons.value
    }
  }

  dynamic "software_token_mfa_configuration" {
    for_each = var.mfa == "OFF" ? [] : [var.mfa]

    content {
      enabled = true
    }
  }

  dynamic "lambda_config" {
    for_each = length(var.lambda_triggers) > 0 ? [var.lambda_triggers] : []
    iterator = trigger

    content {
      create_auth_challenge          = lookup(trigger.value, "create_auth_challenge", null)
      custom_message                 = lookup(trigger.value, "custom_message", null)
      define_auth_challenge          = lookup(trigger.value, "define_auth_challenge", null)
      post_authentication            = lookup(trigger.value, "post_authentication", null)
      post_confirmation              = lookup(trigger.value, "post_confirmation", null)
      pre_authentication             = lookup(trigger.value, "pre_authentication", null)
      pre_sign_up                    = lookup(trigger.value, "pre_sign_up", null)
      user_migration                 = lookup(trigger.value, "user_migration", null)
      verify_auth_challenge_response = lookup(trigger.value, "verify_auth_challenge_response", null)

      kms_key_id = var.sender_key_arn

      dynamic "custom_email_sender" {
        for_each = [for name, arn in trigger.value : arn if name == "custom_email_sender"]

        content {
          lambda_arn     = custom_email_sender.value
          lambda_version = "V1_0"
        }
      }

      # Only versions 2 and 3 of this event can change an access token, and LITE pools send version 1 alone.
      dynamic "pre_token_generation_config" {
        for_each = [for name, arn in trigger.value : arn if name == "pre_token_generation"]

        content {
          lambda_arn     = pre_token_generation_config.value
          lambda_version = coalesce(var.token_trigger_version, coalesce(var.tier, "ESSENTIALS") == "LITE" ? "V1_0" : "V2_0")
        }
      }
    }
  }

  # Fixed at creation: to change them Terraform would replace the pool and lose everyone in it.
  lifecycle {
    ignore_changes = [alias_attributes, username_attributes, username_configuration]
  }
}

resource "aws_lambda_permission" "trigger" {
  # By the trigger's name: the ARN of a function that is made in the same run isn't known before it.
  for_each = var.lambda_triggers

  action        = "lambda:InvokeFunction"
  function_name = join(":", slice(split(":", each.value), 0, 7))
  qualifier     = one(slice(split(":", each.value), 7, length(split(":", each.value))))
  principal     = "cognito-idp.amazonaws.com"
  source_arn    = aws_cognito_user_pool.this.arn
}

resource "aws_cognito_user_group" "this" {
  for_each = var.groups

  name         = each.key
  description  = each.value
  user_pool_id = aws_cognito_user_pool.this.id
}

resource "aws_cognito_resource_server" "this" {
  for_each = var.resource_servers

  identifier   = each.key
  name         = each.key
  user_pool_id = aws_cognito_user_pool.this.id

  dynamic "scope" {
    for_each = each.value

    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}

resource "aws_cognito_user_pool_domain" "this" {
  # A pool has one of each kind at most: under one key, a changed name replaces it, and never exists beside it.
  for_each = { for kind, domain in { prefix = var.domain, custom = try(var.custom_domain.name, null) } : kind => domain if domain != null }

  domain                = each.value
  certificate_arn       = each.key == "custom" ? var.custom_domain.certificate_arn : null
  managed_login_version = var.login_pages.version
  user_pool_id          = aws_cognito_user_pool.this.id
}

# Cognito styles the pages of a pool that has a domain, for all its clients unless one has a style of its own.
resource "aws_cognito_user_pool_ui_customization" "this" {
  for_each = { for kind, css in { all = var.login_pages.css } : kind => css if css != null }

  css          = each.value
  user_pool_id = aws_cognito_user_pool.this.id

  lifecycle {
    precondition {
      condition     = var.domain != null || var.custom_domain != null
      error_message = "Cognito styles the pages of a pool with a domain alone: give domain or custom_domain, or remove login_pages.css."
    }
  }

  depends_on = [aws_cognito_user_pool_domain.this]
}
