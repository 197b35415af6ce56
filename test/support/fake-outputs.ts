type Outputs = Record<string, unknown>;

/** What the platforms would add to a resource, made from its name so that tests can foretell it. */
const fakes: Record<string, (name: string, inputs: Outputs) => Outputs> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": (_, inputs) => ({
    clusterUrn: `do:dbaas:${inputs.name}`,
    host: `${inputs.name}.db.example`,
    privateHost: `private-${inputs.name}.db.example`,
    port: 25060,
    database: "defaultdb",
    user: "doadmin",
    password: "admin-password",
    uri: `postgresql://doadmin:admin-password@${inputs.name}.db.example:25060/defaultdb?sslmode=require`,
    privateUri: `postgresql://doadmin:admin-password@private-${inputs.name}.db.example:25060/defaultdb?sslmode=require`,
  }),
  "digitalocean:index/databaseUser:DatabaseUser": (_, inputs) => ({
    role: "normal",
    password: `${inputs.name}-password`,
  }),
  "digitalocean:index/databaseReplica:DatabaseReplica": (name) => ({ uuid: `${name}-uuid` }),
  "digitalocean:index/vpc:Vpc": (name) => ({ vpcUrn: `do:vpc:${name}-id`, default: false }),
  "digitalocean:index/app:App": (name, inputs) => ({
    appUrn: `do:app:${name}-id`,
    liveUrl: `https://${name}.ondigitalocean.example`,
    defaultIngress: `https://${name}.ondigitalocean.example`,
    spec: inputs.spec,
  }),
  "digitalocean:index/domain:Domain": (_, inputs) => ({
    domainUrn: `do:domain:${inputs.name}`,
    ttl: 1800,
  }),
  "aws:s3/bucket:Bucket": (_, inputs) => ({
    arn: `arn:aws:s3:::${inputs.bucket}`,
    bucketDomainName: `${inputs.bucket}.s3.amazonaws.com`,
    region: "us-east-1",
  }),
  "aws:iam/user:User": (_, inputs) => ({ arn: `arn:aws:iam::123456789012:user/${inputs.name}` }),
  "aws:iam/role:Role": (_, inputs) => ({ arn: `arn:aws:iam::123456789012:role/${inputs.name}` }),
  "aws:iam/accessKey:AccessKey": (name) => ({ secret: `${name}-secret` }),
  "pulumi:pulumi:StackReference": (_, inputs) => ({
    name: inputs.name,
    outputs: {},
    secretOutputNames: [],
  }),
};

/** The outputs that a resource of this type would get from its platform. */
export function fakeOutputs(type: string, name: string, inputs: unknown): Outputs {
  return fakes[type]?.(name, inputs as Outputs) ?? {};
}
