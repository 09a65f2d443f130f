# Reads tfvars files of the deployment, so that tests read the very files that are deployed with.
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}

variable "files" {
  description = "Names of files in infra/, without their ending."
  type        = set(string)
}

variable "folder" {
  description = "The folder that holds them; without it, infra/."
  type        = string
  default     = null
}

output "values" {
  description = "The variables that each file sets, by its name."
  value       = { for name in var.files : name => provider::terraform::decode_tfvars(file("${var.folder == null ? "${path.module}/../.." : var.folder}/${name}.tfvars")) }
}
