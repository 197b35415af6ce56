/** What every program with these three clouds pays: importing all four SDKs. */
await Promise.all([
  import("@pulumi/pulumi"),
  import("@pulumi/aws"),
  import("@pulumi/digitalocean"),
  import("@pulumi/github"),
]);
