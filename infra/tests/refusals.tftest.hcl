# What a plan refuses, each with a sentence that says what to fix. A run takes about a second, so each breaks
# as many inputs as it can; every variable named in expect_failures must fail by itself.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  package_dir = "tests/package"
}

# The deployment

run "not_built" {
  command = plan
  variables {
    package_dir = "tests"
    name        = ""
    name_suffix = "/dev"
    function    = { log_level = "loud" }
  }
  expect_failures = [var.package_dir, var.name, var.name_suffix, var.function]
}

run "a_name_of_65_characters_and_token_uses_that_do_not_exist" {
  command = plan
  variables {
    name      = join("", [for i in range(65) : "a"])
    function  = { jwks_refresh_seconds = 0 }
    all_pools = { token_use = ["refresh"] }
    pools     = { staff = { token_use = [] }, customers = { previous = { user_pool_id = "us-east-1_Before000", client_ids = [], migration_client_id = "moving1234567890" } } }
  }
  expect_failures = [var.name, var.function, var.all_pools, var.pools]
}

run "a_pool_and_a_setting_that_nobody_declared_and_monitoring_that_is_no_map" {
  command = plan
  variables {
    pools      = { stuff = { mfa = "ON" } }
    settings   = { MAX_ITMES = "10" }
    monitoring = true
    release    = { weight = 1 }
  }
  expect_failures = [var.pools, var.settings, var.monitoring, var.release]
}

run "settings_that_the_app_would_refuse" {
  command = plan
  variables {
    settings = { MAX_ITEMS = "1001", MODE = "slow", LABEL = "anything" }
  }
  expect_failures = [output.function_name]

  assert {
    condition = local.refused_settings == [
      "MAX_ITEMS must be a whole number from 1 to 1000, but is \"1001\"",
      "MODE must be one of fast, safe, but is \"slow\"",
    ]
    error_message = "Each of them is named, with what it accepts: ${jsonencode(local.refused_settings)}"
  }
}

run "keys_of_a_pool_by_its_name" {
  command = plan
  variables {
    carried_keys = { customers = [{ kid = "a", n = format("%0342d", 1), e = "AQAB" }] }
  }
  expect_failures = [var.carried_keys]
}

run "keys_that_share_their_id" {
  command = plan
  variables {
    carried_keys = { eu-west-1_AbCdEf123 = [for number in [1, 2] : { kid = "a", n = format("%0342d", number), e = "AQAB" }] }
  }
  expect_failures = [var.carried_keys]
}

run "a_key_of_1024_bits" {
  command = plan
  variables {
    carried_keys = { eu-west-1_AbCdEf123 = [{ kid = "a", n = format("%0171d", 1), e = "AQAB" }] }
  }
  expect_failures = [var.carried_keys]
}

run "a_setting_that_is_no_whole_number" {
  command = plan
  variables {
    settings = { MAX_ITEMS = "1e2" }
  }
  expect_failures = [output.function_name]
}

run "settings_that_the_app_accepts" {
  command = plan
  variables {
    settings = { MAX_ITEMS = "1000", MODE = "" }
  }

  assert {
    condition     = local.refused_settings == []
    error_message = "The limits are in the range, and an empty value is the default: ${jsonencode(local.refused_settings)}"
  }
}

run "a_machine_that_nobody_declared" {
  command = plan
  variables {
    pools = { customers = { machines = { kitchen = {} } } }
  }
  expect_failures = [var.pools]
}

run "inputs_that_do_not_exist" {
  command = plan
  variables {
    all_pools = { mfaa = "ON", domain = "for-one-pool-alone" }
    pools = {
      customers = { groups = {}, password_policy = { minimum_lenght = 16 } }
      staff = {
        lambda_triggers = { post_confirmation = "arn:aws:lambda:eu-west-1:123456789012:function:greeter" }
        client          = { token_validity = { access_hours = 1 } }
        machines        = { kitchen = { token_validity = { id_minutes = 5 } } }
      }
    }
    function   = { memoryMb = 1024, size = { memory_mb = 1024 } }
    api        = { cors = { origin = "https://app.example.com" }, throttle = { without_authorizer = { bursts = 5 } } }
    table      = { point_in_time_recover = false }
    monitoring = { mails = ["ops@example.com"], thresholds = { p99 = 1000 } }
    release    = { watch = 600 }
  }
  expect_failures = [output.pools]

  assert {
    condition = toset(local.unknown_members) == toset([
      "all_pools.domain", "all_pools.mfaa", "pools.customers.groups", "pools.customers.password_policy.minimum_lenght",
      "pools.staff.client.token_validity.access_hours", "pools.staff.machines.kitchen.token_validity.id_minutes",
      "function.memoryMb", "function.size", "function.size.memory_mb", "api.cors.origin", "api.throttle.without_authorizer.bursts",
      "table.point_in_time_recover", "monitoring.mails", "monitoring.thresholds.p99", "release.watch",
    ])
    error_message = "Each of them is named, and no input that exists."
  }
}

run "inputs_that_are_no_maps" {
  command = plan
  variables {
    pools    = { staff = "ON" }
    function = "nodejs22.x"
    api      = ["https://app.example.com"]
    table    = "items"
  }
  expect_failures = [var.pools, var.function, var.api, var.table]
}

run "distrusted_pools_that_leave_none_or_do_not_exist" {
  command = plan
  variables {
    distrusted_pools = ["customers", "staff", "stuff"]
  }
  expect_failures = [var.distrusted_pools]
}

run "a_required_setting_left_out_and_an_access_authorizer_that_is_not_built" {
  command = plan
  variables {
    package_dir       = "tests/package-without-machines"
    access_authorizer = true
  }
  expect_failures = [var.settings, var.access_authorizer]
}

# Pools

run "a_pool_that_is_weak_or_misspelt" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name              = "customers"
    sign_in           = { aliases = ["nickname"] }
    custom_domain     = { name = "login.example.com" }
    login_pages       = { version = 3 }
    mfa               = "MAYBE"
    password_policy   = { minimum_length = 7 }
    tier              = "GOLD"
    threat_protection = "OFF"
    groups            = { "head chefs" = "The gateway would make two groups of it." }
    resource_servers  = { fixture-api = {} }
    lambda_triggers   = { pre_signup = "arn:aws:lambda:eu-west-1:123456789012:function:greeter" }
    domain            = "staff-cognito"
  }
  expect_failures = [
    var.sign_in, var.mfa, var.password_policy, var.tier, var.threat_protection, var.groups, var.resource_servers, var.lambda_triggers, var.domain,
    var.custom_domain, var.login_pages,
  ]
}

run "a_pool_without_a_name" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = ""
    sign_in         = { aliases = ["email"], usernames = ["email"] }
    lambda_triggers = { pre_sign_up = "greeter" }
    domain          = "Fixture_Staff"
    custom_domain   = { name = "login.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b" }
    login_pages     = { version = 2, css = ".banner-customizable {}" }
  }
  expect_failures = [var.name, var.sign_in, var.lambda_triggers, var.domain, var.custom_domain, var.login_pages]
}

run "a_trigger_that_sends_e_mails_without_a_key" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name            = "fixture-api-customers"
    lambda_triggers = { custom_email_sender = "arn:aws:lambda:eu-west-1:123456789012:function:mail" }
  }
  expect_failures = [var.sender_key_arn]
}

run "a_pool_name_of_129_characters" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name          = join("", [for i in range(129) : "a"])
    sign_in       = { usernames = ["preferred_username"] }
    custom_domain = { name = "Login.example.com/", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }
  }
  expect_failures = [var.name, var.sign_in, var.custom_domain]
}

run "css_for_the_pages_of_a_pool_without_a_domain" {
  command = plan
  module {
    source = "./modules/user-pool"
  }
  variables {
    name        = "customers"
    login_pages = { css = ".banner-customizable {}" }
  }
  expect_failures = [aws_cognito_user_pool_ui_customization.this]
}

# Clients

run "scopes_of_managed_login_that_the_pool_does_not_declare" {
  command = plan
  variables {
    pools = {
      customers = { managed_login = { callback_urls = ["https://app.example.com/"], scopes = ["openid", "fixture-api/items.write"] } }
      staff     = { managed_login = { callback_urls = ["https://app.example.com/"], scopes = ["openid", "fixture-api/items.write"] } }
    }
  }
  expect_failures = [output.pools]

  assert {
    condition     = local.unknown_scopes == ["fixture-api/items.write in pool customers"]
    error_message = "A scope is named with the pool that lacks it."
  }
}

run "addresses_that_cognito_does_not_return_to" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name         = "public"
    user_pool_id = "eu-west-1_AbCdEf123"
    secret       = false
    managed_login = {
      callback_urls = [
        "http://app.example.com/", "http://localhost.example.com/", "http://127.0.0.1@example.com/", "https://app.example.com/#back", "https://*.example.com/",
        "https://app.example.com/a b", "https://", "/back", "app.example.com", "myapp:back", "HTTP://app.example.com/", "https://app.example.com/${join("", [for i in range(1001) : "a"])}",
      ]
      logout_urls = ["http://app.example.com/out", "https://app.example.com/"]
    }
  }
  expect_failures = [aws_cognito_user_pool_client.this]

  assert {
    condition     = toset(local.refused_addresses) == setunion(var.managed_login.callback_urls, ["http://app.example.com/out"])
    error_message = "Each of them is named, and no other: ${jsonencode(local.refused_addresses)}"
  }
}

run "managed_login_without_an_address_and_rotation_with_the_flow_that_it_excludes" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name                   = "public"
    user_pool_id           = "eu-west-1_AbCdEf123"
    secret                 = false
    rotation_grace_seconds = 60
    managed_login          = { callback_urls = [], logout_urls = ["https://app.example.com/"] }
  }
  expect_failures = [var.managed_login, var.rotation_grace_seconds]
}

run "managed_login_with_101_addresses_and_a_grace_of_61_seconds" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name                   = "public"
    user_pool_id           = "eu-west-1_AbCdEf123"
    secret                 = false
    auth_flows             = ["ALLOW_USER_SRP_AUTH"]
    rotation_grace_seconds = 61
    managed_login          = { callback_urls = [for i in range(101) : "https://app.example.com/${i}"] }
  }
  expect_failures = [var.managed_login, var.rotation_grace_seconds]
}

run "managed_login_for_a_client_with_a_secret_and_without_scopes" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name          = "people"
    user_pool_id  = "eu-west-1_AbCdEf123"
    managed_login = { callback_urls = ["https://app.example.com/"], scopes = [] }
  }
  expect_failures = [var.managed_login]
}

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
    scopes         = ["fixture-api/items.write"]
    token_validity = { id_minutes = 1441 }
  }
  expect_failures = [var.scopes, var.token_validity]
}

run "a_machine_without_a_secret" {
  command = plan
  module {
    source = "./modules/user-pool-client"
  }
  variables {
    name         = "machine"
    user_pool_id = "eu-west-1_AbCdEf123"
    secret       = false
    auth_flows   = []
    scopes       = ["fixture-api/items.write"]
  }
  expect_failures = [var.scopes]
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
    permissions        = [{ actions = ["dynamodb:*"], resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/items"] }]
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

run "half_a_function_at_once" {
  command = plan
  module {
    source = "./modules/function"
  }
  variables {
    name         = "fixture-api"
    package_file = "tests/package/lambda.zip"
    size         = { reserved_concurrency = 0.5 }
  }
  expect_failures = [var.size]
}

# Table

run "an_empty_table_name_and_an_index_name_of_two_characters" {
  command = plan
  module {
    source = "./modules/table"
  }
  variables {
    name             = ""
    key              = { hash_key = "pk", range_key = "sk" }
    indexes          = { by = { hash_key = "byPk", range_key = "bySk" } }
    expiry_attribute = "expiresAt"
  }
  expect_failures = [var.name, var.indexes]
}

run "a_table_name_of_256_characters_and_21_indexes" {
  command = plan
  module {
    source = "./modules/table"
  }
  variables {
    name             = join("", [for i in range(256) : "a"])
    key              = { hash_key = "pk", range_key = "sk" }
    indexes          = { for i in range(21) : "index${i}" => { hash_key = "pk", range_key = "sk" } }
    expiry_attribute = "expiresAt"
  }
  expect_failures = [var.name, var.indexes]
}

run "metrics_without_the_request_log" {
  command = plan
  variables {
    function   = { log_level = "warn" }
    monitoring = {}
  }
  expect_failures = [var.function]
}

run "revocable_routes_that_neither_refuse_nor_admit" {
  command = plan
  variables {
    function = { revocation_unavailable = "ignore" }
  }
  expect_failures = [var.function]
}

run "a_collector_with_credentials_in_its_address" {
  command = plan
  variables {
    function = { otlp_endpoint = "https://user:secret@collector.example.com" }
  }
  expect_failures = [var.function]
}

run "metrics_that_are_neither_on_nor_off" {
  command = plan
  variables {
    function = { metrics = "off" }
  }
  expect_failures = [var.function]
}

run "no_metrics_and_no_request_log" {
  command = plan
  variables {
    function = { log_level = "warn", metrics = false }
  }

  assert {
    condition     = local.environment.LOG_LEVEL == "warn" && local.environment.METRICS == "off"
    error_message = "Without metrics any log level is accepted."
  }
}

run "monitoring_without_metrics" {
  command = plan
  variables {
    function   = { metrics = false }
    monitoring = {}
    release    = { watch_seconds = -1 }
  }
  expect_failures = [var.monitoring, var.release]
}

run "tenants_kept_apart_by_nothing_known" {
  command = plan
  variables {
    tenant_isolation = "on"
  }
  expect_failures = [var.tenant_isolation]
}

run "a_tenant_role_of_every_action_and_table" {
  command = plan
  module {
    source = "./modules/tenant-role"
  }
  variables {
    name          = "fixture api"
    function_role = { name = "fixture-api", arn = "arn:aws:iam::123456789012:role/fixture-api" }
    actions       = ["dynamodb:*"]
    table_arns    = ["*"]
  }
  expect_failures = [var.name, var.actions, var.table_arns]
}

# The edge

run "an_edge_without_the_apis_own_domain" {
  command = plan
  variables {
    edge = { domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" } }
  }
  expect_failures = [var.edge]
}

run "an_edge_and_an_api_with_wrong_members" {
  command = plan
  variables {
    api  = { domain = { name = "origin.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b", certificate = "x" } }
    edge = { domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }, limit = 100 }
  }
  expect_failures = [output.pools]
}

run "an_edge_with_everything_wrong" {
  command = plan
  module {
    source = "./modules/edge"
  }
  variables {
    name              = "a name"
    domain            = { name = "API.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b" }
    origin            = "origin.example.com"
    secret_number     = 0
    calls_per_address = 9
  }
  expect_failures = [var.name, var.domain, var.secret_number, var.calls_per_address]
}

run "an_edge_that_calls_itself" {
  command = plan
  module {
    source = "./modules/edge"
  }
  variables {
    name   = "fixture-api"
    domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b" }
    origin = "api.example.com"
  }
  expect_failures = [var.domain]
}
