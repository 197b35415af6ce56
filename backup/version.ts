/** Version of this program; manifests name it. */
export const toolVersion = "0.1.0";
