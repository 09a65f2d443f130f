# The pools' public keys that the functions start with, so that no first call waits for Cognito (README.md).
locals {
  # The pools whose tokens are accepted, and where they publish their keys.
  key_sources = concat(
    [for key, pool in module.user_pool : { id = pool.id, jwks_uri = pool.jwks_uri } if !contains(var.distrusted_pools, key)],
    [for key, pool in local.pools : {
      id       = pool.previous.user_pool_id
      jwks_uri = "https://cognito-idp.${split("_", pool.previous.user_pool_id)[0]}.amazonaws.com/${pool.previous.user_pool_id}/.well-known/jwks.json"
    } if pool.previous != null && !contains(var.distrusted_pools, key)],
  )

  # Keys of a pool that was replaced, is distrusted or is another deployment's are left out: the function would only warn of them.
  carried_keys = jsonencode({ for id, jwks in var.carried_keys : id => jwks if contains(local.key_sources[*].id, id) })

  # Lambda takes 4 KB of variables, names and values in one JSON document.
  carried_keys_fit = length(jsonencode(merge(local.app_environment, { COGNITO_KEYS = local.carried_keys }))) <= 4096

  environment = merge(
    local.app_environment,
    length(var.carried_keys) == 0 ? {} : { COGNITO_KEYS = local.carried_keys_fit ? local.carried_keys : "{}" },
  )
}

check "carried_keys" {
  assert {
    condition     = length(var.carried_keys) == 0 ? true : local.carried_keys_fit
    error_message = "The keys of ${length(var.carried_keys)} pools don't fit into the 4 KB that Lambda takes of environment variables (${length(jsonencode(local.app_environment))} without them), so none is carried: the first call of a process waits for Cognito. Fewer pools, clients or settings make room."
  }
}
