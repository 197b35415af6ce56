/** What every Pulumi program pays before its first line: importing the SDK. */
await import("@pulumi/pulumi");
