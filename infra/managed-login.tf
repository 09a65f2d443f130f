# Managed login: what access.ts declares of a pool's client without a secret, what tfvars set, and the docs page.
locals {
  openid_scopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]

  # A build with DOCS=on lists the routes of the docs: the function serves the page, and people return beside it.
  docs      = contains(local.routes[*].routeKey, "GET /docs")
  docs_urls = local.docs ? ["${local.api_address}/docs/callback"] : []

  # What tfvars set comes first, member by member; empty where nothing is declared or set.
  managed_login_settings = { for key, pool in local.declared : key => merge(concat([
    for declared in flatten([for name in local.declared_public[key] : try([pool.clients[name].managedLogin], [])]) : {
      callback_urls          = declared.callbackUrls
      logout_urls            = try(declared.logoutUrls, null)
      scopes                 = try(declared.scopes, null)
      rotation_grace_seconds = try(declared.rotationGraceSeconds, null)
    }], [
    { for member, value in try(var.pools[key].managed_login, {}) : member => value if value != null },
  ])...) }
  unknown_scopes = flatten([for key, settings in local.managed_login_settings : [
    for scope in try(settings.scopes == null ? [] : settings.scopes, []) : "${scope} in pool ${key}"
    if !contains(concat(local.openid_scopes, local.pool_scopes[key]), scope)
  ]])

  has_managed_login = { for key, settings in local.managed_login_settings : key => length(local.declared_public[key]) > 0 && (length(settings) > 0 || local.docs) }
  managed_login = { for key, settings in local.managed_login_settings : key => !local.has_managed_login[key] ? null : {
    callback_urls = concat(try(tolist(settings.callback_urls), []), local.docs_urls)
    logout_urls   = concat(try(tolist(settings.logout_urls), []), local.docs_urls)
    scopes        = try(settings.scopes, null)
  } }
  # Pages that people return to may call the API; the command's addresses are no pages, and apps have no origin. A client
  # refuses wrong addresses. app/platform/contract/page-origins.ts makes the same list of what is declared.
  page_addresses = flatten([for key, settings in local.managed_login_settings : [
    for address in try(tolist(settings.callback_urls), []) : address
    if local.has_managed_login[key] && !contains(local.deployment.commandCallbackUrls, address)
  ]])
  page_origins = [for address in local.page_addresses :
    replace(lower(regex("^https?://[^/?]+", address)), "/^(https://.*):443$|^(http://.*):80$/", "$1$2")
    if can(regex("^https?://([A-Za-z0-9.-]+|\\[::1\\])(:[0-9]+)?([/?]|$)", address))
  ]

  rotation_grace_seconds = { for key, settings in local.managed_login_settings : key => try(settings.rotation_grace_seconds, null) }
}
