/** From dropped files to uploads: sidecars find their photos, the litter of systems is left out. Pure. */

/** A file with its path inside what was dropped ("Italy/Rome/a.jpg"). */
export interface FoundFile {
	path: string;
	file: File;
}

export interface Candidate {
	path: string;
	file: File;
	sidecar?: File;
	/** Set when it is not worth sending: the reason, as a sentence. */
	refusal?: string;
}

const LITTER = /^(\.|thumbs\.db$|desktop\.ini$|ehthumbs\.db$|icon\r$)/i;
const VIDEO_NAMES = /\.(mp4|m4v|mov|avi|mkv|webm|mts|m2ts|3gp|wmv|mpg|mpeg)$/i;
const SIDECAR = /\.xmp$/i;

export function chooseCandidates(found: FoundFile[]): Candidate[] {
	const files = found.filter(({ path }) => !path.split('/').some((part) => LITTER.test(part)));
	const sidecars = new Map<string, FoundFile>();
	for (const one of files) if (SIDECAR.test(one.path)) sidecars.set(one.path.toLowerCase(), one);
	const used = new Set<FoundFile>();
	const photos = files.filter(({ path }) => !SIDECAR.test(path)).map((photo) => withSidecar(photo, sidecars, used));
	const lonely = [...sidecars.values()].filter((sidecar) => !used.has(sidecar));
	return [...photos, ...lonely.map(({ path, file }) => ({ path, file, refusal: 'There is no photo beside this sidecar file.' }))];
}

/** `x.jpg.xmp` comes before `x.xmp`, which may belong to several photos of that name. */
function withSidecar({ path, file }: FoundFile, sidecars: Map<string, FoundFile>, used: Set<FoundFile>): Candidate {
	if (file.type.startsWith('video/') || VIDEO_NAMES.test(path)) return { path, file, refusal: 'Videos are not supported yet.' };
	const names = [`${path}.xmp`, path.replace(/\.[^./]+$/, '.xmp')];
	const sidecar = names.map((name) => sidecars.get(name.toLowerCase())).find((one) => one !== undefined);
	if (!sidecar) return { path, file };
	used.add(sidecar);
	return { path, file, sidecar: sidecar.file };
}
