# What a plan refuses, each with a sentence that says what to mend.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_dir  = "tests/package"
  user_pool_id = "eu-west-1_AbCdEf123"
  package_file = "tests/package/lambda.zip"
  function     = {}
}

run "a_package_that_is_not_built" {
  command = plan
  variables {
    package_dir = "tests"
  }
  expect_failures = [var.package_dir]
}

run "an_empty_name" {
  command = plan
  variables {
    name = ""
  }
  expect_failures = [var.name]
}

run "a_name_longer_than_lambda_takes" {
  command = plan
  variables {
    name = "a-name-of-65-characters-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }
  expect_failures = [var.name]
}

run "no_pool" {
  command = plan
  variables {
    pools = {}
  }
  expect_failures = [var.pools]
}

run "more_than_ten_pools" {
  command = plan
  variables {
    pools = { for letter in split("", "abcdefghijk") : letter => {} }
  }
  expect_failures = [var.pools]
}

run "a_machine_without_a_domain" {
  command = plan
  variables {
    pools = {
      customers = {}
      staff = {
        resource_servers = { pizza-api = { "pizzas.write" = "Add pizzas." } }
        machine_client   = { scopes = ["pizza-api/pizzas.write"] }
      }
    }
  }
  expect_failures = [var.pools]
}

run "a_machine_without_scopes" {
  command = plan
  variables {
    pools = {
      customers = {}
      staff     = { domain = "pizza-staff", machine_client = {} }
    }
  }
  expect_failures = [var.pools]
}

run "a_machine_with_a_scope_that_nobody_defined" {
  command = plan
  variables {
    pools = {
      customers = {}
      staff     = { domain = "pizza-staff", machine_client = { scopes = ["pizza-api/pizzas.wirte"] } }
    }
  }
  expect_failures = [var.pools]
}

run "a_log_level_that_the_app_does_not_know" {
  command = plan
  variables {
    function = { log_level = "loud" }
  }
  expect_failures = [var.function]
}

run "an_empty_pool_name" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name = ""
  }
  expect_failures = [var.name]
}

run "a_pool_name_longer_than_cognito_takes" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name = join("", [for i in range(129) : "a"])
  }
  expect_failures = [var.name]
}

run "a_password_shorter_than_8" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = "customers"
    password_policy = { minimum_length = 7 }
  }
  expect_failures = [var.password_policy]
}

run "an_mfa_that_cognito_does_not_know" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name = "customers"
    mfa  = "MAYBE"
  }
  expect_failures = [var.mfa]
}

run "a_feature_plan_that_cognito_does_not_know" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name = "customers"
    tier = "GOLD"
  }
  expect_failures = [var.tier]
}

run "a_trigger_that_cognito_does_not_know" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = "customers"
    lambda_triggers = { pre_signup = "arn:aws:lambda:eu-west-1:123456789012:function:greeter" }
  }
  expect_failures = [var.lambda_triggers]
}

run "a_trigger_without_its_arn" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = "customers"
    lambda_triggers = { pre_sign_up = "greeter" }
  }
  expect_failures = [var.lambda_triggers]
}

run "a_group_that_the_gateway_would_split" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name   = "staff"
    groups = { "head chefs" = "May add pizzas." }
  }
  expect_failures = [var.groups]
}

run "a_domain_with_a_reserved_word" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name   = "staff"
    domain = "pizza-cognito"
  }
  expect_failures = [var.domain]
}

run "an_empty_client_name" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name = ""
  }
  expect_failures = [var.name]
}

run "a_flow_that_cognito_does_not_know" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name       = "people"
    auth_flows = ["USER_PASSWORD_AUTH"]
  }
  expect_failures = [var.auth_flows]
}

run "an_access_token_for_four_minutes" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "people"
    token_validity = { access_minutes = 4 }
  }
  expect_failures = [var.token_validity]
}

run "an_id_token_for_more_than_a_day" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "people"
    token_validity = { id_minutes = 1441 }
  }
  expect_failures = [var.token_validity]
}

run "a_refresh_token_for_more_than_ten_years" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "people"
    token_validity = { refresh_hours = 87601 }
  }
  expect_failures = [var.token_validity]
}

run "a_refresh_token_shorter_than_what_it_renews" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "people"
    token_validity = { access_minutes = 120, refresh_hours = 1 }
  }
  expect_failures = [var.token_validity]
}

run "a_client_for_people_and_machines" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name   = "both"
    scopes = ["pizza-api/pizzas.write"]
  }
  expect_failures = [var.scopes]
}

run "a_package_that_is_not_there" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name         = "pizza-api"
    package_file = "tests/lambda.zip"
  }
  expect_failures = [var.package_file]
}

run "an_unknown_runtime" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name    = "pizza-api"
    runtime = "nodejs18.x"
  }
  expect_failures = [var.runtime]
}

run "more_time_than_the_gateway_waits" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name = "pizza-api"
    size = { timeout_seconds = 31 }
  }
  expect_failures = [var.size]
}

run "a_permission_for_everything" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name        = "pizza-api"
    permissions = [{ actions = ["dynamodb:*"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/pizzas"] }]
  }
  expect_failures = [var.permissions]
}

run "a_retention_that_cloudwatch_does_not_know" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name               = "pizza-api"
    log_retention_days = 31
  }
  expect_failures = [var.log_retention_days]
}

run "a_table_name_longer_than_dynamodb_takes" {
  command = plan
  module {
    source = "./modules/table"
  }
  variables {
    name = join("", [for i in range(256) : "a"])
  }
  expect_failures = [var.name]
}

run "an_empty_table_name" {
  command = plan
  module {
    source = "./modules/table"
  }
  variables {
    name = ""
  }
  expect_failures = [var.name]
}
