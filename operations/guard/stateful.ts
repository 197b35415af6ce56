/** A kind of resource that is more than its settings, and what becomes of it. */
export interface Stateful {
  /** In words, "the database cluster". */
  what: string;
  /** What is lost when it is deleted, or replaced by a new one. */
  loss: string;
  /** What to do instead of deleting it. */
  instead: string;
  /** Every input whose change replaces it, with what to do instead of changing it. */
  inputs: Readonly<Record<string, string>>;
  /** The one of them of which the provider finds out at diff time whether it replaces. */
  atDiffTime?: string;
}

const restoreInstead =
  "make a second cluster, move the data (restore or replica), switch the app, then retire the first";

/**
 * What a change may not delete or replace without somebody's word. The inputs are those that the schemas of the providers
 * mark with willReplaceOnChanges (digitalocean 4.80.1, github 6.15.0, aws 7.48.0; a test walks them all), and those that
 * the provider decides on itself at diff time. A network is here although it may be empty, since a preview does not tell
 * of a cluster that stays as it is.
 */
export const stateful: Readonly<Record<string, Stateful>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": {
    what: "the database cluster",
    loss: "its data is lost, and so are its backups at the platform",
    instead: "keep it in the program; to retire it, back it up elsewhere first and take it out on purpose",
    inputs: {
      name: "keep the name: set it explicitly, or give the renamed resource an alias",
      engine: restoreInstead,
      privateNetworkUuid:
        "keep the network and ignore changes of it; the platform's API moves a cluster in place",
      projectId: "take projectId out and assign the cluster with ProjectResources",
    },
  },
  "digitalocean:index/databaseDb:DatabaseDb": {
    what: "the database",
    loss: "its tables are lost",
    instead: "keep it in the program; dump it first where it is to go",
    inputs: {
      name: "make a database of the new name beside it, move the tables, then retire this one",
      clusterId: "make it in the other cluster as well, move the tables, then retire this one",
    },
  },
  "digitalocean:index/databaseUser:DatabaseUser": {
    what: "the database's login",
    loss: "everybody who uses it is shut out, and what it owns has no owner",
    instead: "move what it owns to another login first (REASSIGN OWNED)",
    inputs: {
      name: "make a login of the new name beside it, move what it owns, then retire this one",
      clusterId: "make it in the other cluster as well",
    },
  },
  "digitalocean:index/databaseFirewall:DatabaseFirewall": {
    what: "the database's firewall",
    loss: "an empty list is written: every address may log in",
    instead: "keep it as long as its cluster is there",
    inputs: { clusterId: "make a firewall for the new cluster beside it" },
  },
  "digitalocean:index/domain:Domain": {
    what: "the zone",
    loss: "every record in it is deleted, those of other owners too, and the site and its mail are gone",
    instead: "keep it in the program; move its records and its delegation first",
    inputs: {
      name: "make a zone of the new name beside it",
      ipAddress: "take ipAddress out and write an A record for the name @",
    },
  },
  "digitalocean:index/app:App": {
    what: "the app",
    loss: "it gets another id and another address, and is away until the new one has been deployed",
    instead: "keep it in the program; to pause it, archive it (app.maintenance)",
    inputs: { projectId: "take projectId out and assign the app with ProjectResources" },
  },
  "digitalocean:index/vpc:Vpc": {
    what: "the private network",
    loss: "a cluster in it stays behind in the old one, out of the app's reach",
    instead: "keep it as long as a cluster is in it",
    inputs: {
      ipRange:
        "keep the range; for another one make a second network and move the cluster by the platform's API",
      region: "make a network in the other region beside it, and move the cluster there",
    },
  },
  "digitalocean:index/databaseReplica:DatabaseReplica": {
    what: "the read replica",
    loss: "its address changes, and whoever reads from it is shut out until the new one has caught up",
    instead: "move its readers first",
    inputs: {
      name: "make a replica of the new name beside it, move its readers, then retire this one",
      clusterId: "make a replica of the other cluster beside it",
      privateNetworkUuid: "keep the network and ignore changes of it",
      region: "make a replica in the other region beside it, move its readers, then retire this one",
      tags: "keep the tags, or set them at the platform and ignore changes of them",
    },
  },
  "aws:s3/bucket:Bucket": {
    what: "the bucket",
    // Of one that nobody knows; `bucketLoss` tells by what it holds.
    loss: "the new one is empty; the old one is deleted, and with forceDestroy off that fails as long as any objects are in it, older versions as well; only an empty one goes",
    instead: "keep it in the program; move what it holds elsewhere first",
    inputs: {
      bucket: "keep the name: set it explicitly (backups.bucket, files.bucket)",
      bucketPrefix: "keep the name that it has: set bucket to it",
      bucketNamespace: "make a bucket in the other namespace beside it",
      objectLockEnabled: "make a bucket with an object lock beside it, and let this one's objects expire",
      region: "make a bucket in the other region beside it, and let this one's objects expire",
    },
  },
  "github:index/repositoryEnvironment:RepositoryEnvironment": {
    what: "the GitHub environment",
    loss: "its secrets, its reviewers and the history of its deployments are lost",
    instead: "keep it in the program; copy its secrets first",
    inputs: {
      environment:
        "make an environment of the new name beside it (delivery.environment), then retire this one",
      repository:
        "rename the repository at GitHub, which keeps its number; another one gets an environment of its own",
    },
    atDiffTime: "repository",
  },
};
