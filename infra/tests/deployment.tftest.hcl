# How the root wires its parts, with the defaults that people get who set nothing.

mock_provider "aws" {
  source = "./tests/mocks"
}

override_resource {
  target = module.user_pool["staff"].aws_cognito_user_pool.this
  values = {
    id       = "eu-west-1_Staff0000"
    arn      = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Staff0000"
    endpoint = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000"
  }
}

override_resource {
  target = module.user_pool_client["staff"].aws_cognito_user_pool_client.this
  values = {
    id            = "staff1234567890"
    client_secret = "not-a-secret-either"
  }
}

variables {
  package_dir = "tests/package"
}

run "defaults" {
  assert {
    condition = jsondecode(local.environment.COGNITO_POOLS) == {
      customers = { userPoolId = "eu-west-1_AbCdEf123", clientIds = ["people1234567890"] }
      staff     = { userPoolId = "eu-west-1_Staff0000", clientIds = ["staff1234567890"] }
    }
    error_message = "The function knows each pool with its own clients."
  }
  assert {
    condition     = local.environment.PIZZA_TABLE == output.table_name && output.table_name == "pizza-api-pizzas"
    error_message = "The function knows its table."
  }
  assert {
    condition     = keys(local.environment) == ["COGNITO_POOLS", "LOG_LEVEL", "PIZZA_TABLE"]
    error_message = "The environment holds what is set, and nothing else."
  }
  assert {
    condition     = alltrue([for value in values(local.environment) : !strcontains(value, nonsensitive(output.client_secrets.customers))])
    error_message = "No secret is in the environment."
  }
  assert {
    condition     = output.api_url == "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
    error_message = "The API answers at its default stage, without a prefix."
  }
  assert {
    condition = output.pools.staff == {
      user_pool_id = "eu-west-1_Staff0000"
      client_id    = "staff1234567890"
      issuer       = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000"
      jwks_uri     = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000/.well-known/jwks.json"
    }
    error_message = "The pools output says where a pool's tokens come from."
  }
  assert {
    condition     = issensitive(output.client_secrets) && issensitive(output.profile)
    error_message = "What holds a secret is sensitive."
  }
  assert {
    condition     = output.client_secrets == { customers = "not-a-secret", staff = "not-a-secret-either" }
    error_message = "Each pool's secret is its own client's."
  }
  assert {
    condition = output.profile == {
      apiUrl          = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
      cognitoEndpoint = "https://cognito-idp.eu-west-1.amazonaws.com"
      region          = "eu-west-1"
      pools = {
        customers = {
          userPoolId   = "eu-west-1_AbCdEf123"
          clientId     = "people1234567890"
          clientSecret = "not-a-secret"
          issuer       = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
          jwksUri      = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/.well-known/jwks.json"
        }
        staff = {
          userPoolId   = "eu-west-1_Staff0000"
          clientId     = "staff1234567890"
          clientSecret = "not-a-secret-either"
          issuer       = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000"
          jwksUri      = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000/.well-known/jwks.json"
        }
      }
    }
    error_message = "The profile has the shape of the one that `npm start` writes."
  }
  assert {
    condition     = output.function_name == "pizza-api" && module.user_pool["customers"].name == "pizza-api-customers" && module.user_pool_client["staff"].name == "pizza-api-staff-people"
    error_message = "Everything is named after the deployment."
  }
  assert {
    condition     = length(output.machine_clients) == 0
    error_message = "There is no client for machines until one is asked for."
  }
}

run "settings_of_the_app" {
  variables {
    package_dir = "tests/package-with-docs"
    function    = { log_level = "debug", jwks_refresh_seconds = 120 }
    api         = { cors = { origins = ["https://b.example.com", "https://a.example.com", "*"] } }
  }

  assert {
    condition     = local.environment.LOG_LEVEL == "debug"
    error_message = "The log level reaches the app."
  }
  assert {
    condition     = local.environment.DOCS == "on"
    error_message = "A build with the docs has them served."
  }
  assert {
    condition     = local.environment.JWKS_REFRESH_SECONDS == "120"
    error_message = "The refresh interval reaches the app."
  }
  assert {
    condition     = local.environment.CORS_ORIGINS == "https://a.example.com,https://b.example.com"
    error_message = "The origins reach the app as well as the gateway; any origin (*) is the gateway's alone."
  }
}

run "a_machine" {
  variables {
    pools = {
      customers = {}
      staff = {
        domain           = "pizza-staff"
        resource_servers = { pizza-api = { "pizzas.write" = "Add pizzas." } }
        machine_client   = { scopes = ["pizza-api/pizzas.write"] }
      }
    }
  }

  assert {
    condition     = jsondecode(local.environment.COGNITO_POOLS).staff.clientIds == [module.user_pool_client["staff"].id, module.machine_client["staff"].id]
    error_message = "The app lets the machine's tokens in as well."
  }
  assert {
    condition     = local.client_ids.staff == jsondecode(local.environment.COGNITO_POOLS).staff.clientIds
    error_message = "Gateway and app let the same clients in."
  }
  assert {
    condition = output.machine_clients.staff == {
      client_id = module.machine_client["staff"].id
      token_url = "https://pizza-staff.auth.eu-west-1.amazoncognito.com/oauth2/token"
      scopes    = toset(["pizza-api/pizzas.write"])
    }
    error_message = "A machine is told where to get its tokens."
  }
  assert {
    condition = !contains(keys(output.profile.pools.customers), "machine") && output.profile.pools.staff.machine == {
      clientId     = module.machine_client["staff"].id
      clientSecret = module.machine_client["staff"].secret
      tokenUrl     = "https://pizza-staff.auth.eu-west-1.amazoncognito.com/oauth2/token"
      scopes       = toset(["pizza-api/pizzas.write"])
    }
    error_message = "The profile lets the pizza command sign in as the machine."
  }
  assert {
    condition     = contains(keys(output.client_secrets), "staff/machine") && issensitive(output.client_secrets)
    error_message = "A machine's secret is among the sensitive ones."
  }
}

run "files" {
  module {
    source = "./tests/tfvars"
  }
  variables {
    files = ["dev", "prod"]
  }

  assert {
    condition     = output.values.dev.name != output.values.prod.name
    error_message = "dev and prod fit into one account."
  }
  assert {
    condition     = alltrue([for pool in values(output.values.prod.pools) : pool.deletion_protection]) && output.values.prod.table.deletion_protection
    error_message = "prod protects its people and its table."
  }
  assert {
    condition     = alltrue([for pool in values(output.values.prod.pools) : pool.mfa == "OPTIONAL"])
    error_message = "prod lets everyone choose a second factor."
  }
  assert {
    condition     = output.values.prod.log_retention_days > output.values.dev.log_retention_days
    error_message = "prod keeps its logs for longer."
  }
}

run "dev" {
  variables {
    name               = run.files.values.dev.name
    function           = run.files.values.dev.function
    log_retention_days = run.files.values.dev.log_retention_days
    tags               = run.files.values.dev.tags
  }

  assert {
    condition     = output.function_name == "pizza-api-dev" && local.environment.LOG_LEVEL == "debug"
    error_message = "dev.tfvars deploys as it is."
  }
}

run "prod" {
  variables {
    name               = run.files.values.prod.name
    pools              = run.files.values.prod.pools
    function           = run.files.values.prod.function
    table              = run.files.values.prod.table
    log_retention_days = run.files.values.prod.log_retention_days
    tags               = run.files.values.prod.tags
  }

  assert {
    condition     = output.function_name == "pizza-api" && keys(output.pools) == ["customers", "staff"]
    error_message = "prod.tfvars deploys as it is."
  }
}
