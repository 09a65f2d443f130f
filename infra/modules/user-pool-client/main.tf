locals {
  machine = length(var.scopes) > 0
}

resource "aws_cognito_user_pool_client" "this" {
  name            = var.name
  user_pool_id    = var.user_pool_id
  generate_secret = var.secret

  # Left out, the flows would be Cognito's own default, which lets people sign in through a machine's client.
  explicit_auth_flows = local.machine ? ["ALLOW_REFRESH_TOKEN_AUTH"] : var.auth_flows

  allowed_oauth_flows_user_pool_client = local.machine
  allowed_oauth_flows                  = local.machine ? ["client_credentials"] : null
  allowed_oauth_scopes                 = local.machine ? var.scopes : null

  read_attributes  = try(var.attributes.read, null)
  write_attributes = try(var.attributes.write, null)

  enable_token_revocation       = var.token_revocation
  prevent_user_existence_errors = var.hide_user_existence ? "ENABLED" : "LEGACY"

  access_token_validity  = var.token_validity.access_minutes
  id_token_validity      = var.token_validity.id_minutes
  refresh_token_validity = var.token_validity.refresh_hours

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }
}
