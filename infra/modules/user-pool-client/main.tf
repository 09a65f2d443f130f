locals {
  machine = length(var.scopes) > 0
  pages   = var.managed_login != null

  # What Cognito returns to. A private-use scheme has one slash or two (RFC 8252 section 7.1).
  addresses = local.pages ? concat(tolist(var.managed_login.callback_urls), tolist(var.managed_login.logout_urls)) : []
  refused_addresses = [for address in local.addresses : address if length(address) > 1024 || !anytrue([
    can(regex("^https://[^\\s#/?@*]+([/?][^\\s#]*)?$", address)),
    can(regex("^http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?([/?][^\\s#]*)?$", address)),
    can(regex("^[a-z][a-z0-9+.-]*:/[^\\s#]+$", address)) && !can(regex("^https?:", address)),
  ])]
}

resource "aws_cognito_user_pool_client" "this" {
  name            = var.name
  user_pool_id    = var.user_pool_id
  generate_secret = var.secret

  # Left out, the flows would be Cognito's own default, which lets people sign in through a machine's client.
  explicit_auth_flows = local.machine ? ["ALLOW_REFRESH_TOKEN_AUTH"] : var.auth_flows

  allowed_oauth_flows_user_pool_client = local.machine || local.pages
  allowed_oauth_flows                  = local.machine ? ["client_credentials"] : local.pages ? ["code"] : null
  allowed_oauth_scopes                 = local.machine ? var.scopes : local.pages ? var.managed_login.scopes : null
  supported_identity_providers         = local.pages ? ["COGNITO"] : null
  callback_urls                        = local.pages ? var.managed_login.callback_urls : null
  logout_urls                          = try(length(var.managed_login.logout_urls) > 0, false) ? var.managed_login.logout_urls : null

  read_attributes  = try(var.attributes.read, null)
  write_attributes = try(var.attributes.write, null)

  enable_token_revocation       = var.token_revocation
  prevent_user_existence_errors = var.hide_user_existence ? "ENABLED" : "LEGACY"

  access_token_validity  = var.token_validity.access_minutes
  id_token_validity      = var.token_validity.id_minutes
  refresh_token_validity = var.token_validity.refresh_hours

  # Written out where it is off: without the block, Cognito would keep a rotation that was on.
  dynamic "refresh_token_rotation" {
    for_each = var.secret ? [] : [var.rotation_grace_seconds]
    iterator = grace

    content {
      feature                    = grace.value == null ? "DISABLED" : "ENABLED"
      retry_grace_period_seconds = coalesce(grace.value, 0)
    }
  }

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }

  lifecycle {
    precondition {
      condition     = length(local.refused_addresses) == 0
      error_message = "Client ${var.name}: managed login can't return to ${join(", ", local.refused_addresses)}: an address is absolute, has no fragment and no space, and is https://, an app's own scheme, or http:// on localhost, 127.0.0.1 or [::1]."
    }
  }
}
