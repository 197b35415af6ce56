/** The kinds of resources that are compared with what their platform tells. */
const covered: ReadonlySet<string> = new Set([
  ...[
    "iam/accessKey:AccessKey",
    "iam/role:Role",
    "iam/rolePolicy:RolePolicy",
    "iam/user:User",
    "iam/userPolicy:UserPolicy",
    "s3/bucket:Bucket",
    "s3/bucketCorsConfiguration:BucketCorsConfiguration",
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "s3/bucketOwnershipControls:BucketOwnershipControls",
    "s3/bucketPolicy:BucketPolicy",
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "s3/bucketReplicationConfig:BucketReplicationConfig",
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "s3/bucketVersioning:BucketVersioning",
  ].map((type) => `aws:${type}`),
  ...[
    "app:App",
    "databaseCluster:DatabaseCluster",
    "databaseConnectionPool:DatabaseConnectionPool",
    "databaseDb:DatabaseDb",
    "databaseFirewall:DatabaseFirewall",
    "databasePostgresqlConfig:DatabasePostgresqlConfig",
    "databaseReplica:DatabaseReplica",
    "databaseUser:DatabaseUser",
    "dnsRecord:DnsRecord",
    "domain:Domain",
    "monitorAlert:MonitorAlert",
    "uptimeAlert:UptimeAlert",
    "uptimeCheck:UptimeCheck",
    "vpc:Vpc",
  ].map((type) => `digitalocean:index/${type}`),
  ...[
    "actionsEnvironmentSecret:ActionsEnvironmentSecret",
    "actionsEnvironmentVariable:ActionsEnvironmentVariable",
    "actionsSecret:ActionsSecret",
    "actionsVariable:ActionsVariable",
    "repositoryEnvironment:RepositoryEnvironment",
    "repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
    "repositoryRuleset:RepositoryRuleset",
  ].map((type) => `github:index/${type}`),
]);

/** Whether a resource is one of a platform. */
export const isOfPlatform = (type: string): boolean => /^(aws|digitalocean|github):/.test(type);

/** Kinds of a platform's resources that nothing here looks at. */
export const notCovered = (types: readonly string[]): string[] =>
  [...new Set(types)].filter((type) => isOfPlatform(type) && !covered.has(type)).sort();
