# How the root connects its modules, with what the build declares and the defaults of a deployment that sets nothing.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
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

override_resource {
  target = module.public_client["customers"].aws_cognito_user_pool_client.this
  values = {
    id            = "pages1234567890"
    client_secret = null
  }
}

override_resource {
  target = module.public_client["staff"].aws_cognito_user_pool_client.this
  values = {
    id            = "devices1234567890"
    client_secret = null
  }
}

override_resource {
  target = module.machine_client["kitchen"].aws_cognito_user_pool_client.this
  values = {
    id            = "kitchen1234567890"
    client_secret = "not-a-secret-of-a-machine"
  }
}

variables {
  package_dir = "tests/package"
}

run "defaults" {
  assert {
    condition     = keys(module.trigger) == ["mail", "move", "riddle"]
    error_message = "Each trigger of the package has a function."
  }
  assert {
    condition     = keys(aws_kms_key.sender) == ["mail"] && aws_kms_key.sender["mail"].enable_key_rotation
    error_message = "The trigger that sends e-mails has a key that rotates, and no other trigger has one."
  }
  assert {
    condition = { for statement in jsondecode(aws_kms_key_policy.sender["mail"].policy).Statement : statement.Sid => jsonencode([statement.Principal, statement.Action, try(statement.Condition, null)]) } == {
      Administration = jsonencode([{ AWS = "arn:aws:iam::123456789012:root" }, "kms:*", null])
      Encryption     = jsonencode([{ Service = "cognito-idp.amazonaws.com" }, ["kms:CreateGrant", "kms:Encrypt"], { ArnEquals = { "aws:SourceArn" = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Staff0000" } }])
      Decryption     = jsonencode([{ AWS = "arn:aws:iam::123456789012:role/fixture-api" }, "kms:Decrypt", { StringEquals = { "kms:EncryptionContext:userpool-id" = "eu-west-1_Staff0000" } }])
    }
    error_message = "Cognito encrypts for the trigger's pool alone, and the function decrypts that pool's codes alone."
  }
  assert {
    condition     = length(aws_secretsmanager_secret.client) == 0
    error_message = "Secrets Manager is used where an environment says so."
  }
  assert {
    condition     = output.function_name == "fixture-api" && output.table_name == "fixture-api" && module.user_pool["customers"].name == "fixture-api-customers" && module.user_pool_client["staff"].name == "fixture-api-staff-people" && module.machine_client["kitchen"].name == "fixture-api-kitchen"
    error_message = "Everything is named after the product."
  }
  assert {
    condition = jsondecode(local.environment.COGNITO_POOLS) == {
      customers = {
        userPoolId     = "eu-west-1_AbCdEf123"
        clientIds      = ["people1234567890", "pages1234567890"]
        publicClientId = "pages1234567890"
        domainUrl      = "https://${local.domains.customers}.auth.eu-west-1.amazoncognito.com"
      }
      staff = {
        userPoolId     = "eu-west-1_Staff0000"
        clientIds      = ["staff1234567890", "devices1234567890", "kitchen1234567890"]
        publicClientId = "devices1234567890"
        domainUrl      = "https://${local.domains.staff}.auth.eu-west-1.amazoncognito.com"
      }
    }
    error_message = "The function knows each pool with its own clients, public ones and machines included, and its domain."
  }
  assert {
    condition     = output.alarm_names == [] && output.release == { weight = 0.1, watch_seconds = 60 }
    error_message = "A release has alarms to watch if there is monitoring, and a tenth of the calls for a minute."
  }
  assert {
    condition     = local.client_ids.staff == ["staff1234567890", "devices1234567890", "kitchen1234567890"]
    error_message = "Gateway and app accept tokens of the same clients."
  }
  assert {
    condition     = local.environment.TABLE_NAME == output.table_name
    error_message = "The function knows its table."
  }
  assert {
    condition     = keys(local.environment) == ["COGNITO_POOLS", "CORS_ORIGINS", "LOG_LEVEL", "TABLE_NAME"]
    error_message = "The environment holds what is set, and nothing else."
  }
  assert {
    condition     = alltrue([for value in values(local.environment) : alltrue([for secret in concat(values(nonsensitive(output.client_secrets)), [nonsensitive(output.machines).kitchen.clientSecret]) : !strcontains(value, secret)])])
    error_message = "No secret is in the environment."
  }
  assert {
    condition     = local.pools.customers.sign_in.aliases == ["email"]
    error_message = "How people sign in is declared."
  }
  assert {
    condition     = local.pools.staff.groups == { chefs = "May add items." } && jsonencode(local.pools.staff.resource_servers) == jsonencode({ fixture-api = { "items.write" = "Add items." } }) && length(local.pools.customers.resource_servers) == 0
    error_message = "Groups and scopes are the declared ones; a pool without scopes has no resource server."
  }
  assert {
    condition     = output.api_url == "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"
    error_message = "The API answers at its default stage, without a prefix."
  }
  assert {
    condition = output.pools.staff == {
      user_pool_id     = "eu-west-1_Staff0000"
      client_id        = "staff1234567890"
      public_client_id = "devices1234567890"
      issuer           = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000"
      jwks_uri         = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000/.well-known/jwks.json"
      domain_url       = "https://${local.domains.staff}.auth.eu-west-1.amazoncognito.com"
      domain_target    = null
    }
    error_message = "The pools output says where a pool's tokens come from."
  }
  assert {
    condition     = issensitive(output.client_secrets) && issensitive(output.profile) && issensitive(output.machines)
    error_message = "Outputs with a secret are sensitive."
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
          userPoolId     = "eu-west-1_AbCdEf123"
          clientId       = "people1234567890"
          clientSecret   = "not-a-secret"
          publicClientId = "pages1234567890"
          issuer         = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123"
          jwksUri        = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/.well-known/jwks.json"
          domainUrl      = "https://${local.domains.customers}.auth.eu-west-1.amazoncognito.com"
        }
        staff = {
          userPoolId     = "eu-west-1_Staff0000"
          clientId       = "staff1234567890"
          clientSecret   = "not-a-secret-either"
          publicClientId = "devices1234567890"
          issuer         = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000"
          jwksUri        = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Staff0000/.well-known/jwks.json"
          domainUrl      = "https://${local.domains.staff}.auth.eu-west-1.amazoncognito.com"
        }
      }
    }
    error_message = "The profile has the shape of profile.json, and no machine's secret."
  }
  assert {
    condition = output.machines == {
      kitchen = {
        clientId     = "kitchen1234567890"
        clientSecret = "not-a-secret-of-a-machine"
        tokenUrl     = "https://${local.domains.staff}.auth.eu-west-1.amazoncognito.com/oauth2/token"
        scopes       = ["fixture-api/items.write"]
      }
    }
    error_message = "The machines have the shape of machines.json."
  }
  assert {
    condition     = local.domains.staff == "fixture-api-staff-${substr(sha256("123456789012/fixture-api/staff"), 0, 10)}"
    error_message = "A pool with a machine has a domain that is unique to account, deployment and pool."
  }
  assert {
    condition     = jsonencode(local.managed_login) == jsonencode({ customers = { callback_urls = ["http://127.0.0.1:27631/callback", "http://localhost:5173/"], logout_urls = ["http://localhost:5173/out"], scopes = ["openid", "phone"] }, staff = null })
    error_message = "A pool has the managed login that is declared, and no other."
  }
  assert {
    condition     = local.environment.CORS_ORIGINS == "http://localhost:5173" && local.cors_origins == toset(["http://localhost:5173"])
    error_message = "The page that managed login returns to may call the API: the command's address is no page."
  }
  assert {
    condition     = local.pools.customers.domain == local.domains.customers
    error_message = "A pool with managed login has a domain as well."
  }
  assert {
    condition     = module.table.arns == ["arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api", "arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api/index/byOwner"]
    error_message = "The table has the declared indexes."
  }
  assert {
    condition     = length(module.access_authorizer) + length(module.edge) == 0 && output.dns_records == {}
    error_message = "There is no access authorizer and no CloudFront until they are switched on."
  }
}

run "the_access_authorizer_while_a_pool_moves" {
  variables {
    pools             = { customers = { previous = { user_pool_id = "us-east-1_Before000", client_ids = ["before1234567890"], migration_client_id = "moving1234567890" } } }
    access_authorizer = true
    function          = { log_level = "debug", jwks_refresh_seconds = 120 }
    distrusted_pools  = ["staff"]
    # Their own, the previous pool's, a distrusted one's and another deployment's.
    carried_keys = { for id in ["eu-west-1_AbCdEf123", "us-east-1_Before000", "eu-west-1_Staff0000", "eu-west-1_Elsewhere"] : id => [{ kid = "of ${id}", n = format("%0342d", 1), e = "AQAB" }] }
  }

  assert {
    condition     = jsonencode(local.access_routes) == jsonencode({ "GET /items" = 0, "GET /me" = 300, "POST /items" = 300 })
    error_message = "It has the routes that the build lists with a time to live, and those of the pool that people move to."
  }
  assert {
    condition     = module.access_authorizer["access"].name == "fixture-api-access-authorizer"
    error_message = "It is named after the deployment."
  }
  assert {
    condition     = keys(local.access_environment) == ["COGNITO_KEYS", "COGNITO_POOLS", "JWKS_REFRESH_SECONDS", "LOG_LEVEL"] && local.access_environment.COGNITO_POOLS == local.environment.COGNITO_POOLS && keys(jsondecode(local.access_environment.COGNITO_POOLS)) == ["customers"]
    error_message = "It trusts the pools that the app trusts, and knows nothing else of the app."
  }
  assert {
    condition     = jsondecode(local.environment.COGNITO_KEYS) == { for id in ["eu-west-1_AbCdEf123", "us-east-1_Before000"] : id => [{ kid = "of ${id}", n = format("%0342d", 1), e = "AQAB" }] } && local.access_environment.COGNITO_KEYS == local.environment.COGNITO_KEYS
    error_message = "Both start with the keys of the pools whose tokens they accept, and no other pool's."
  }
  assert {
    condition     = output.signing_keys["us-east-1_Before000"] == { jwks_uri = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Before000/.well-known/jwks.json", carried = var.carried_keys["us-east-1_Before000"] } && output.signing_keys["eu-west-1_AbCdEf123"].jwks_uri == output.pools.customers.jwks_uri && length(output.signing_keys) == 2
    error_message = "An output says where the next deployment reads keys, and which are carried."
  }
  assert {
    condition     = one([for route in local.routes : route.pool == null && length(route.scopes) == 0 if route.routeKey == "GET /items"])
    error_message = "No JWT authorizer, which knows one issuer, refuses tokens of the previous pool."
  }
  assert {
    condition     = jsondecode(local.environment.COGNITO_POOLS).customers.previous == { userPoolId = "us-east-1_Before000", clientIds = ["before1234567890"] }
    error_message = "The app accepts tokens of the previous pool as the pool's own."
  }
  assert {
    condition = jsonencode(local.migrated_from) == jsonencode({ mail = [], move = [var.pools.customers.previous], riddle = [] }) && jsonencode(local.trigger_permissions) == jsonencode({
      mail   = []
      move   = [{ actions = ["cognito-idp:AdminInitiateAuth", "cognito-idp:AdminGetUser"], resources = ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Before000"] }]
      riddle = []
    })
    error_message = "The trigger that migrates users may ask the previous pool, and no other trigger may."
  }
  assert {
    condition     = local.public_auth_flows == { customers = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], staff = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"] }
    error_message = "Where a trigger defines challenges, the public client may begin them."
  }
}

run "behind_cloudfront" {
  variables {
    api  = { domain = { name = "origin.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b" } }
    edge = { domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }, secret_number = 7 }
  }

  assert {
    condition     = output.api_url == "https://api.example.com" && nonsensitive(output.profile.apiUrl) == output.api_url && nonsensitive(output.profile.apiId) == "a1b2c3d4e5"
    error_message = "Callers call CloudFront, and the command knows which API is behind it."
  }
  assert {
    condition     = local.environment.ORIGIN_SECRET_DIGESTS == join(",", module.edge["edge"].secret_digests) && can(regex("^[0-9a-f]{64},[0-9a-f]{64}$", local.environment.ORIGIN_SECRET_DIGESTS))
    error_message = "The app knows the digests of the values that it accepts, and no value."
  }
  assert {
    condition     = !contains(keys(local.access_environment), "ORIGIN_SECRET_DIGESTS")
    error_message = "The access authorizer has nothing to check with them."
  }
  assert {
    condition     = keys(output.dns_records) == ["api.example.com", "origin.example.com"] && output.dns_records["api.example.com"] == "d111111abcdef8.cloudfront.net"
    error_message = "An output says which DNS records to make."
  }
}

run "carried_keys_that_do_not_fit_into_the_environment" {
  variables {
    carried_keys = { eu-west-1_AbCdEf123 = [for number in range(10) : { kid = "key ${number}", n = format("%0342d", number), e = "AQAB" }] }
  }
  expect_failures = [check.carried_keys]

  assert {
    condition     = local.environment.COGNITO_KEYS == "{}"
    error_message = "None is carried, rather than that Lambda refuses the function."
  }
}

run "a_name_with_words_that_cognito_reserves" {
  command = plan
  variables {
    name = "AWS_amazon_cognito_${join("", [for i in range(38) : "a"])}"
  }

  assert {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", local.domains.staff)) && !can(regex("aws|amazon|cognito", local.domains.staff))
    error_message = "Every name gives a domain prefix that Cognito accepts."
  }
}

run "settings_of_the_app" {
  variables {
    package_dir = "tests/package-without-machines"
    name_suffix = "-trial"
    function    = { log_level = "debug", jwks_refresh_seconds = 120, revocation_unavailable = "admit", otlp_endpoint = "http://localhost:4318" }
    api         = { cors = { origins = ["https://b.example.com", "https://a.example.com"] } }
    settings    = { GREETING = "Hello" }
  }

  assert {
    condition     = length(module.trigger) + length(aws_kms_key.sender) == 0
    error_message = "A trigger that is no longer in the package has no function any more: the run before made three."
  }
  assert {
    condition     = output.function_name == "fixture-api-trial" && output.table_name == "fixture-api-trial" && module.user_pool["customers"].name == "fixture-api-trial-customers"
    error_message = "Everything is named after the product and the suffix."
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
    condition     = local.environment.REVOCATION_UNAVAILABLE == "admit"
    error_message = "What revocable routes do without the table reaches the app."
  }
  assert {
    condition     = local.environment.OTEL_EXPORTER_OTLP_ENDPOINT == "http://localhost:4318"
    error_message = "Where traces go reaches the app."
  }
  assert {
    condition     = length(module.revocation_function) + length(module.revocation_events) + length(module.tenant_role) == 0 && !contains(keys(local.environment), "TENANT_ROLE_ARN")
    error_message = "Nothing follows CloudTrail until it is asked to."
  }
  assert {
    condition     = local.environment.CORS_ORIGINS == "https://a.example.com,https://b.example.com"
    error_message = "The origins reach the app as well as the gateway, and the docs page needs none."
  }
  assert {
    condition     = local.environment.GREETING == "Hello"
    error_message = "The API's own settings reach the app by name."
  }
  assert {
    condition     = jsondecode(local.environment.COGNITO_POOLS).customers.tokenUse == ["access"]
    error_message = "The declared token uses reach the app."
  }
  assert {
    condition     = local.pools.customers.domain == null && output.pools.customers.domain_url == null
    error_message = "A pool that nobody signs in to on pages, and no machine, has no domain."
  }
  assert {
    condition     = output.pools.customers.public_client_id == null && !contains(keys(output.profile.pools.customers), "publicClientId") && local.managed_login.customers == null
    error_message = "Without a declared public client there is none, and nobody signs in on the docs page."
  }
  assert {
    condition     = jsonencode(local.managed_login.members) == jsonencode({ callback_urls = ["${output.api_url}/docs/callback"], logout_urls = ["${output.api_url}/docs/callback"], scopes = null }) && local.environment.DOCS == "on"
    error_message = "People return to the docs page, where it is deployed."
  }
  assert {
    condition     = jsondecode(local.environment.COGNITO_POOLS).members.domainUrl == "https://${local.domains.members}.auth.eu-west-1.amazoncognito.com" && jsondecode(local.environment.COGNITO_POOLS).members.publicClientId == local.public_client_ids.members
    error_message = "The page knows where they sign in, and through which client."
  }
  assert {
    condition     = length(output.machines) == 0
    error_message = "Without a declared machine there is no client for one."
  }
  assert {
    condition     = module.table.arns == ["arn:aws:dynamodb:eu-west-1:123456789012:table/fixture-api"]
    error_message = "A table without declared indexes has none."
  }
}

run "an_environment_of_its_own" {
  variables {
    name = "trial"

    secrets_manager = true

    api       = { cors = { origins = ["https://shop.example.com", "https://app.example.com"] } }
    all_pools = { mfa = "OFF", token_use = ["access"] }
    pools = {
      customers = {
        token_use     = ["access", "id"]
        sign_in       = { self_registration = true }
        managed_login = { callback_urls = ["https://APP.example.com:443/", "https://app.example.com?tenant=1", "http://127.0.0.1:8080/back", "com.example.app:/back"], rotation_grace_seconds = 0 }
        custom_domain = { name = "login.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }
      }
      staff = {
        mfa      = "ON"
        domain   = "trial-staff"
        client   = { name = "clerks" }
        machines = { kitchen = { name = "oven", token_validity = { access_minutes = 5 } } }
      }
    }
  }

  assert {
    condition     = output.function_name == "trial" && output.table_name == "trial" && module.user_pool["customers"].name == "trial-customers"
    error_message = "Everything is named after the deployment."
  }
  assert {
    condition     = local.pools.customers.mfa == "OFF" && local.pools.staff.mfa == "ON"
    error_message = "A pool's own settings come before those of all pools."
  }
  assert {
    condition     = jsondecode(local.environment.COGNITO_POOLS).customers.tokenUse == ["access", "id"] && jsondecode(local.environment.COGNITO_POOLS).staff.tokenUse == ["access"]
    error_message = "The token uses reach the app, pool by pool."
  }
  assert {
    condition     = local.pools.customers.sign_in.self_registration && one(local.pools.customers.sign_in.aliases) == "email"
    error_message = "A setting replaces the declared one and leaves the others."
  }
  assert {
    condition     = module.user_pool_client["staff"].name == "clerks" && module.user_pool_client["customers"].name == "trial-customers-people" && module.machine_client["kitchen"].name == "oven" && local.machines.kitchen.token_validity.access_minutes == 5
    error_message = "Clients have the names and token validity that they are given."
  }
  assert {
    condition     = jsonencode(local.managed_login) == jsonencode({ customers = { callback_urls = ["https://APP.example.com:443/", "https://app.example.com?tenant=1", "http://127.0.0.1:8080/back", "com.example.app:/back"], logout_urls = ["http://localhost:5173/out"], scopes = ["openid", "phone"] }, staff = null })
    error_message = "What an environment sets of managed login replaces the declared, member by member."
  }
  assert {
    condition     = local.environment.CORS_ORIGINS == "http://127.0.0.1:8080,https://app.example.com,https://shop.example.com"
    error_message = "Its pages may call the API, beside the origins that are set, each once; declared pages and apps may not."
  }
  assert {
    condition     = local.rotation_grace_seconds.customers == 0 && local.rotation_grace_seconds.staff == null
    error_message = "Refresh tokens are rotated where an environment or the declaration says so."
  }
  assert {
    condition     = output.pools.customers.domain_url == "https://login.example.com" && output.pools.customers.domain_target == "d1234.cloudfront.net" && output.profile.pools.customers.domainUrl == "https://login.example.com"
    error_message = "A custom domain is in the outputs, with what DNS must point to."
  }
  assert {
    condition = { for key, secret in aws_secretsmanager_secret.client : key => secret.name } == {
      "customers/people" = "trial/customers/people/people1234567890"
      "staff/people"     = "trial/staff/people/staff1234567890"
      "staff/kitchen"    = "trial/staff/kitchen/kitchen1234567890"
    }
    error_message = "Each client with a secret has a place in Secrets Manager, named after deployment, pool, client and the client's id."
  }
  assert {
    condition     = output.profile.pools.staff.clientSecretArn == aws_secretsmanager_secret.client["staff/people"].arn && output.machines.kitchen.clientSecretArn == aws_secretsmanager_secret.client["staff/kitchen"].arn && output.machines.kitchen.clientSecret == "not-a-secret-of-a-machine"
    error_message = "Profile and machines name these places, beside the secrets that the clients were made with."
  }
  assert {
    condition     = output.machines.kitchen.tokenUrl == "https://trial-staff.auth.eu-west-1.amazoncognito.com/oauth2/token"
    error_message = "A pool has the domain that it is given."
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
    condition     = [try(output.values.dev.name, null), try(output.values.dev.name_suffix, "")] != [try(output.values.prod.name, null), try(output.values.prod.name_suffix, "")]
    error_message = "dev and prod fit into one account."
  }
  assert {
    condition     = output.values.prod.all_pools.deletion_protection && output.values.prod.table.deletion_protection
    error_message = "prod protects its people and its table."
  }
  assert {
    condition     = alltrue([for pool in values(try(output.values.prod.pools, {})) : try(pool.deletion_protection, true)])
    error_message = "No pool of prod is without the protection of all."
  }
  assert {
    condition     = contains(["OPTIONAL", "ON"], output.values.prod.all_pools.mfa) && alltrue([for pool in values(try(output.values.prod.pools, {})) : try(pool.mfa, "ON") != "OFF"])
    error_message = "prod lets everyone choose a second factor."
  }
  assert {
    condition     = alltrue([for pool in values(try(output.values.prod.pools, {})) : try(pool.mfa, null) == "ON" if can(pool.client.token_validity.refresh_hours)])
    error_message = "prod requires a second factor of the pools whose sessions it shortens."
  }
  assert {
    condition     = output.values.prod.log_retention_days > output.values.dev.log_retention_days
    error_message = "prod keeps its logs for longer."
  }
}

run "a_distrusted_pool" {
  variables {
    distrusted_pools = ["staff"]
    table            = { name = "items-of-an-earlier-deployment" }

    revocation_events = true
    tenant_isolation  = "role"
  }

  assert {
    condition     = keys(jsondecode(local.environment.COGNITO_POOLS)) == ["customers"]
    error_message = "The app doesn't know the pool."
  }
  assert {
    condition     = jsonencode(local.audiences) == jsonencode({ customers = local.client_ids.customers, staff = ["distrusted-pool"] })
    error_message = "The gateway accepts no client of the pool, and every client of the other."
  }
  assert {
    condition     = output.pools.staff.user_pool_id == "eu-west-1_Staff0000" && length(local.client_ids.staff) == 3
    error_message = "The pool and its clients stay."
  }
  assert {
    condition     = output.table_name == "items-of-an-earlier-deployment" && local.environment.TABLE_NAME == output.table_name && module.function.name == "fixture-api"
    error_message = "The table has the name that it is given, and nothing else has."
  }
  assert {
    condition     = module.revocation_function["revocation-events"].name == "fixture-api-revocation-events" && keys(module.revocation_events) == ["revocation-events"]
    error_message = "Revocation events have a function and a rule."
  }
  assert {
    condition     = local.environment.TENANT_ROLE_ARN == module.tenant_role["tenant"].arn
    error_message = "The function knows the role that it assumes for tenants."
  }
}
