# Every choice that the article makes, as article.tfvars makes it. Runs in a copy of infra/, from its folder tests/.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

run "files" {
  module {
    source = "./tests/tfvars"
  }
  variables {
    files = ["article"]
  }
}

run "the_user_pool" {
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = run.files.values.article.pools.customers.name
    sign_in         = run.files.values.article.pools.customers.sign_in
    mfa             = run.files.values.article.pools.customers.mfa
    password_policy = run.files.values.article.pools.customers.password_policy
  }

  assert {
    condition     = aws_cognito_user_pool.this.name == "pizza-api-cognito"
    error_message = "The article names its pool pizza-api-cognito."
  }
  assert {
    condition     = aws_cognito_user_pool.this.alias_attributes == toset(["preferred_username"])
    error_message = "People sign in with their preferred username."
  }
  assert {
    condition     = aws_cognito_user_pool.this.mfa_configuration == "OFF" && length(aws_cognito_user_pool.this.software_token_mfa_configuration) == 0
    error_message = "The article has no MFA."
  }
  assert {
    condition     = one(aws_cognito_user_pool.this.account_recovery_setting[0].recovery_mechanism).name == "admin_only"
    error_message = "The article has no self-service account recovery."
  }
  assert {
    condition     = aws_cognito_user_pool.this.admin_create_user_config[0].allow_admin_create_user_only
    error_message = "The article has no self-registration."
  }
  assert {
    condition     = aws_cognito_user_pool.this.auto_verified_attributes == null
    error_message = "The article has no Cognito-assisted verification."
  }
  assert {
    condition     = aws_cognito_user_pool.this.email_configuration[0].email_sending_account == "COGNITO_DEFAULT"
    error_message = "Cognito sends the article's e-mail."
  }
  assert {
    condition     = aws_cognito_user_pool.this.password_policy[0].minimum_length == 8
    error_message = "The article's passwords have 8 characters."
  }
  assert {
    condition     = aws_cognito_user_pool.this.password_policy[0].require_numbers
    error_message = "The article's passwords have a number."
  }
  assert {
    condition     = aws_cognito_user_pool.this.password_policy[0].require_symbols
    error_message = "The article's passwords have a special character."
  }
  assert {
    condition     = aws_cognito_user_pool.this.password_policy[0].require_lowercase
    error_message = "The article's passwords have a lower-case letter."
  }
  assert {
    condition     = !aws_cognito_user_pool.this.password_policy[0].require_uppercase
    error_message = "The article's passwords need no upper-case letter."
  }
}

run "the_client" {
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name                = run.files.values.article.pools.customers.client.name
    user_pool_id        = run.the_user_pool.id
    auth_flows          = run.files.values.article.pools.customers.client.auth_flows
    token_revocation    = run.files.values.article.pools.customers.client.token_revocation
    hide_user_existence = run.files.values.article.pools.customers.client.hide_user_existence
  }

  assert {
    condition     = aws_cognito_user_pool_client.this.name == "pizza-api-client"
    error_message = "The article names its client pizza-api-client."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.generate_secret
    error_message = "The article's client has a secret."
  }
  assert {
    condition     = contains(aws_cognito_user_pool_client.this.explicit_auth_flows, "ALLOW_USER_PASSWORD_AUTH")
    error_message = "The article signs in with ALLOW_USER_PASSWORD_AUTH."
  }
  assert {
    condition     = !aws_cognito_user_pool_client.this.enable_token_revocation
    error_message = "The article turns token revocation off."
  }
  assert {
    condition     = aws_cognito_user_pool_client.this.prevent_user_existence_errors == "LEGACY"
    error_message = "The article turns the prevention of user existence errors off."
  }
}

run "the_deployment" {
  variables {
    package_dir = "tests/package"
    pools       = run.files.values.article.pools
  }

  assert {
    condition     = module.user_pool["customers"].name == "pizza-api-cognito"
    error_message = "The deployment's customers are the article's pool."
  }
  assert {
    condition     = module.user_pool_client["customers"].name == "pizza-api-client"
    error_message = "The deployment's customers sign in through the article's client."
  }
  assert {
    condition     = toset(local.pools.customers.sign_in.aliases) == toset(run.files.values.article.pools.customers.sign_in.aliases)
    error_message = "The article's choices come before the declaration's."
  }
}
