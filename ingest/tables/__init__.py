"""Ready mappings for tables, one YAML file each; docs/tables.md tells how to write one."""
