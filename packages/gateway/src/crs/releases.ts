/** A release of the OWASP Core Rule Set that `sallyport crs install` knows. */
export interface CrsRelease {
  readonly version: string;
  /** SHA-256 of the archive GitHub serves for the release's tag, in hex. */
  readonly sha256: string;
}

/**
 * Newest first. Each sum was made twice, independently: from the tag's tree with `git archive`, and as others published it
 * for the download.
 */
export const CRS_RELEASES: readonly [CrsRelease, ...CrsRelease[]] = [
  { version: '4.28.0', sha256: 'd8acc96f25ad07c8e3a595a23c797324f6d77e59ddf9e26e90dd95ebd2e676ce' },
];

/** Where the archive of a version is. */
export function crsArchiveUrl(version: string): string {
  return `https://github.com/coreruleset/coreruleset/archive/refs/tags/v${version}.tar.gz`;
}
