# The choices and names of the article that this project grew from, weak ones included:
# for reading along, not for a pool that anyone relies on.

pools = {
  customers = {
    name = "pizza-api-cognito"

    sign_in = {
      aliases             = ["preferred_username"]
      self_registration   = false
      recovery            = []
      verified_attributes = []
    }
    mfa = "OFF"
    password_policy = {
      minimum_length    = 8
      require_lowercase = true
      require_uppercase = false
      require_numbers   = true
      require_symbols   = true
    }

    client = {
      name                = "pizza-api-client"
      auth_flows          = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
      token_revocation    = false
      hide_user_existence = false
    }
  }
}
