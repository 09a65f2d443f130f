import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { initTerraform, plannedChanges, type Terraform } from '../cloud/terraform.js';
import { known } from '../cloud/deployed.js';
import { describeWith } from '../harness/tools.js';
import { expectRefusal } from '../local/emulator.js';
import { guardedStatuses } from '../local/clients/guarded-statuses.js';
import { startRunning, type Running } from '../local/clients/running.js';

const modules = resolve('infra/modules');

/** The modules of infra/ that concern Cognito, and a user in a group; `changed` changes each resource that can be. */
const configuration = `
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "changed" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  default_tags {
    tags = { stage = var.changed ? "live" : "test" }
  }
}

module "pool" {
  source              = "${modules}/user-pool"
  name                = "people"
  password_policy     = { minimum_length = var.changed ? 16 : 12 }
  mfa                 = var.changed ? "OPTIONAL" : "OFF"
  deletion_protection = !var.changed
  groups              = { chefs = var.changed ? "Cook." : "Write." }
  resource_servers    = { api = { read = var.changed ? "Read all." : "Read." } }
  domain              = "people-of-a-test"
  custom_domain       = { name = "login.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/\${var.changed ? "new" : "old"}" }
  login_pages         = var.changed ? { version = 2 } : { version = 1, css = ".banner-customizable { background: #fff; }" }
}

module "public" {
  source           = "${modules}/user-pool-client"
  name             = "public"
  user_pool_id     = module.pool.id
  secret           = false
  token_revocation = var.changed
  auth_flows       = concat(["ALLOW_USER_PASSWORD_AUTH"], var.changed ? ["ALLOW_REFRESH_TOKEN_AUTH"] : [])
  managed_login = {
    callback_urls = [var.changed ? "https://app.example.com/" : "http://localhost:5173/"]
    logout_urls   = ["com.example.app:/out"]
  }
  rotation_grace_seconds = var.changed ? null : 10
}

module "machine" {
  source         = "${modules}/user-pool-client"
  name           = "machine"
  user_pool_id   = module.pool.id
  auth_flows     = []
  scopes         = ["api/read"]
  token_validity = { access_minutes = var.changed ? 5 : 60 }
  depends_on     = [module.pool]
}

resource "aws_cognito_user" "ada" {
  user_pool_id = module.pool.id
  username     = "ada"
  password     = "Passw0rd!Passw0rd!"
  attributes = {
    email          = "ada@example.com"
    email_verified = true
    name           = var.changed ? "Ada Lovelace" : "Ada"
  }
}

resource "aws_cognito_user_in_group" "ada" {
  user_pool_id = module.pool.id
  group_name   = "chefs"
  username     = aws_cognito_user.ada.username
  depends_on   = [module.pool]
}
`;

describeWith('terraform')("Terraform's aws provider and the local Cognito", () => {
  let started: Running | undefined;
  let scratch: string;
  let terraform: Terraform;
  let before: unknown;
  let UserPoolId = '';
  let publicClientId = '';

  const userPools = async () => (await running().sdk.listUserPools({ MaxResults: 60 })).UserPools ?? [];
  const changes = async (...options: string[]) =>
    plannedChanges(await terraform.succeed('plan', '-json', '-input=false', ...options));

  const running = () => known(started);

  beforeAll(async () => {
    started = await startRunning();
    before = await userPools();
    scratch = await mkdtemp(join(tmpdir(), 'terraform-'));
    const folder = await mkdtemp(join(scratch, 'configuration-'));
    await writeFile(join(folder, 'main.tf'), configuration);
    await copyFile('infra/.terraform.lock.hcl', join(folder, '.terraform.lock.hcl'));
    const environment = { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: running().profile.cognitoEndpoint };
    terraform = await initTerraform(folder, { scratch, environment });
  }, 120_000);
  afterAll(async () => {
    await terraform.stop();
    await started?.stop();
    await rm(scratch, { recursive: true });
  });

  test('creates pool, clients, group, resource server, domain and user, and has nothing to change then', async () => {
    await terraform.succeed('apply', '-auto-approve', '-input=false');
    expect(await changes()).toStrictEqual([]);
    UserPoolId = (await userPools()).find(({ Name }) => Name === 'people')?.Id ?? '';
    const { Users } = await running().sdk.listUsersInGroup({ UserPoolId, GroupName: 'chefs' });
    expect(Users).toMatchObject([{ Username: 'ada', UserStatus: 'CONFIRMED' }]);
  }, 180_000);

  test('makes a user whose tokens an API accepts', async () => {
    const { UserPoolClients } = await running().sdk.listUserPoolClients({ UserPoolId });
    publicClientId = UserPoolClients?.find(({ ClientName }) => ClientName === 'public')?.ClientId ?? '';
    const ClientId = publicClientId;
    const { AuthenticationResult } = await running().sdk.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD: 'Passw0rd!Passw0rd!' },
    });
    const { AccessToken = '', IdToken = '' } = AuthenticationResult ?? {};
    const pool = { userPoolId: UserPoolId, clientId: ClientId };
    expect(await guardedStatuses(running(), pool, [AccessToken, IdToken])).toStrictEqual([200, 200]);
  });

  test('changes each in place, and has nothing to change then', async () => {
    const planned = await changes('-var=changed=true', '-out=changes');
    expect(planned.map(({ action, address }) => `${action} ${address}`).sort()).toStrictEqual([
      'delete module.pool.aws_cognito_user_pool_ui_customization.this["all"]',
      'update aws_cognito_user.ada',
      'update module.machine.aws_cognito_user_pool_client.this',
      'update module.pool.aws_cognito_resource_server.this["api"]',
      'update module.pool.aws_cognito_user_group.this["chefs"]',
      'update module.pool.aws_cognito_user_pool.this',
      'update module.pool.aws_cognito_user_pool_domain.this["custom"]',
      'update module.pool.aws_cognito_user_pool_domain.this["prefix"]',
      'update module.public.aws_cognito_user_pool_client.this',
    ]);
    await terraform.succeed('apply', '-input=false', 'changes');
    expect(await changes('-var=changed=true')).toStrictEqual([]);
    const { UserPool } = await running().sdk.describeUserPool({ UserPoolId });
    const { UserPoolClient } = await running().sdk.describeUserPoolClient({ UserPoolId, ClientId: publicClientId });
    expect(UserPoolClient).toMatchObject({
      CallbackURLs: ['https://app.example.com/'],
      LogoutURLs: ['com.example.app:/out'],
      RefreshTokenRotation: { Feature: 'DISABLED' },
    });
    const { DomainDescription } = await running().sdk.describeUserPoolDomain({ Domain: 'login.example.com' });
    expect(DomainDescription).toMatchObject({
      UserPoolId,
      ManagedLoginVersion: 2,
      CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/new' },
    });
    expect(UserPool).toMatchObject({
      Policies: { PasswordPolicy: { MinimumLength: 16 } },
      MfaConfiguration: 'OPTIONAL',
      DeletionProtection: 'INACTIVE',
      UserPoolTags: { stage: 'live' },
    });
  }, 180_000);

  test('destroys everything, and leaves nothing', async () => {
    await terraform.succeed('destroy', '-auto-approve', '-input=false', '-var=changed=true');
    await expectRefusal(running().sdk.describeUserPool({ UserPoolId }), 'ResourceNotFoundException');
    expect(await userPools()).toStrictEqual(before);
  }, 180_000);
});
