# What a plan refuses, each with a sentence that says what to mend. A run takes about a second, so each breaks
# as many inputs as it can; every variable named in expect_failures must fail by itself.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package_dir = "tests/package"
}

# The deployment

run "not_built_and_empty" {
  command = plan
  variables {
    package_dir = "tests"
    name        = ""
    pools       = {}
    function    = { log_level = "loud" }
  }
  expect_failures = [var.package_dir, var.name, var.pools, var.function]
}

run "a_name_of_65_characters_and_eleven_pools" {
  command = plan
  variables {
    name     = join("", [for i in range(65) : "a"])
    pools    = { for letter in split("", "abcdefghijk") : letter => {} }
    function = { jwks_refresh_seconds = 0 }
  }
  expect_failures = [var.name, var.pools, var.function]
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

# Pools

run "a_pool_that_is_weak_or_misspelt" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name             = "customers"
    sign_in          = { aliases = ["nickname"] }
    mfa              = "MAYBE"
    password_policy  = { minimum_length = 7 }
    tier             = "GOLD"
    groups           = { "head chefs" = "The gateway would make two groups of it." }
    resource_servers = { pizza-api = {} }
    lambda_triggers  = { pre_signup = "arn:aws:lambda:eu-west-1:123456789012:function:greeter" }
    domain           = "pizza-cognito"
  }
  expect_failures = [
    var.sign_in, var.mfa, var.password_policy, var.tier, var.groups, var.resource_servers, var.lambda_triggers, var.domain,
  ]
}

run "a_pool_without_a_name" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = ""
    lambda_triggers = { pre_sign_up = "greeter" }
    domain          = "Pizza_Staff"
  }
  expect_failures = [var.name, var.lambda_triggers, var.domain]
}

run "a_pool_name_of_129_characters" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name = join("", [for i in range(129) : "a"])
  }
  expect_failures = [var.name]
}

# Clients

run "a_client_without_a_name_and_with_an_unknown_flow" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name         = ""
    user_pool_id = "eu-west-1_AbCdEf123"
    auth_flows   = ["USER_PASSWORD_AUTH"]
  }
  expect_failures = [var.name, var.auth_flows]
}

run "tokens_for_four_minutes" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "people"
    user_pool_id   = "eu-west-1_AbCdEf123"
    token_validity = { access_minutes = 4 }
  }
  expect_failures = [var.token_validity]
}

run "a_client_for_people_and_machines_with_tokens_for_more_than_a_day" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "both"
    user_pool_id   = "eu-west-1_AbCdEf123"
    scopes         = ["pizza-api/pizzas.write"]
    token_validity = { id_minutes = 1441 }
  }
  expect_failures = [var.scopes, var.token_validity]
}

run "a_client_for_nobody_with_refresh_tokens_for_more_than_ten_years" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "nobody"
    user_pool_id   = "eu-west-1_AbCdEf123"
    auth_flows     = []
    token_validity = { refresh_hours = 87601 }
  }
  expect_failures = [var.scopes, var.token_validity]
}

run "a_refresh_token_shorter_than_what_it_renews" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name           = "people"
    user_pool_id   = "eu-west-1_AbCdEf123"
    token_validity = { access_minutes = 120, refresh_hours = 1 }
  }
  expect_failures = [var.token_validity]
}

# Function

run "a_function_that_lambda_or_the_gateway_would_refuse" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name               = ""
    package_file       = "tests/lambda.zip"
    runtime            = "nodejs18.x"
    size               = { timeout_seconds = 31 }
    permissions        = [{ actions = ["dynamodb:*"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/pizzas"] }]
    log_retention_days = 31
  }
  expect_failures = [var.name, var.package_file, var.runtime, var.size, var.permissions, var.log_retention_days]
}

run "a_function_name_of_65_characters_on_an_unknown_processor" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name         = join("", [for i in range(65) : "a"])
    package_file = "tests/package/lambda.zip"
    size         = { architecture = "riscv" }
  }
  expect_failures = [var.name, var.size]
}

# Table

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

run "a_table_name_of_256_characters" {
  command = plan
  module {
    source = "./modules/table"
  }
  variables {
    name = join("", [for i in range(256) : "a"])
  }
  expect_failures = [var.name]
}
