/** Name of the superuser that only the local cloud itself uses; the platform has no superuser for its customers. */
export const superuser = "slipway";

/**
 * The server's own settings, written anew before every start. What is set through the API is kept by PostgreSQL in
 * a file of its own, which wins over this one.
 */
export function serverSettings(port: number): string {
  return [
    "listen_addresses = '127.0.0.1'",
    `port = ${port}`,
    // A socket's path may have 107 bytes at most, and a clone can lie deeper than that.
    "unix_socket_directories = ''",
    "ssl = on",
    "ssl_cert_file = 'slipway.crt'",
    "ssl_key_file = 'slipway.key'",
    "ssl_min_protocol_version = 'TLSv1.2'",
    "password_encryption = 'scram-sha-256'",
    "shared_preload_libraries = 'pg_stat_statements'",
    "shared_buffers = '32MB'",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "log_checkpoints = off",
    "",
  ].join("\n");
}

/** Who may log in: everyone with his password, from this machine, over TLS. */
export const accessRules = "hostssl all all 127.0.0.1/32 scram-sha-256\n";

/** Parameters that hold the server together or keep it closed; they cannot be set through the API. */
const ownParameters = new Set([
  "listen_addresses",
  "port",
  "unix_socket_directories",
  "data_directory",
  "config_file",
  "hba_file",
  "ident_file",
  "external_pid_file",
  "shared_preload_libraries",
  "session_preload_libraries",
  "local_preload_libraries",
  "archive_command",
  "archive_library",
  "restore_command",
  "ssl_passphrase_command",
  "logging_collector",
  "log_destination",
]);

/** Whether a parameter may be set through the API. */
export function isOpenParameter(name: string): boolean {
  return !ownParameters.has(name) && !name.startsWith("ssl");
}
