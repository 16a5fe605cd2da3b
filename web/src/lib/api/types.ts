/** The shapes of `/api/v1` that the page reads. Times are ISO 8601, ids UUIDs. */

export type ProcessingStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** `template` is an address with `{id}` and `{size}` to fill in; it is signed and expires. */
export interface ImageAccess {
	template: string;
	expires_at: string;
}

export type ImageSize = '150' | '300' | '600' | '1200' | 'full' | 'original';

export interface PhotoCard {
	id: string;
	taken_local: string;
	width: number | null;
	height: number | null;
	thumbhash: string | null;
	is_favourite: boolean;
	media_type: string;
	duration_ms: number | null;
	status: ProcessingStatus;
	file_name: string;
	title: string | null;
}

export interface PhotoPage {
	items: PhotoCard[];
	next_cursor: string | null;
	images: ImageAccess;
}

export interface Place {
	name: string;
	region: string;
	country: string;
	country_code: string;
}

/** Relative to the upright picture, 0..1. */
export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface StageRecord {
	name: string;
	version: number;
	outcome: string;
	ms: number | null;
	reason?: string | null;
}

export interface Quality {
	total: number | null;
	sharpness: number | null;
	exposure: number | null;
	contrast: number | null;
	noise: number | null;
	resolution?: number | null;
	subject_sharpness?: number | null;
	face_sharpness?: number | null;
	eyes_open?: number | null;
	faces_in_frame?: number | null;
}

export interface NamedColour {
	name: string;
	share: number;
	region: string;
}

/** A face in a photo, and whose it is, where that is known. */
export interface SeenFace {
	id: string;
	box: Box;
	score: number;
	person_id: string | null;
	name: string | null;
}

export interface PhotoDetail extends PhotoCard {
	taken_at: string | null;
	utc_offset_min: number | null;
	taken_source: string;
	file_size: number;
	sha256: string;
	sha1: string;
	mime: string;
	camera: { make: string; model: string } | null;
	lens: string | null;
	exposure_s: number | null;
	f_number: number | null;
	iso: number | null;
	focal_mm: number | null;
	latitude: number | null;
	longitude: number | null;
	altitude_m: number | null;
	place: Place | null;
	rating: number | null;
	description: string | null;
	tags: string[];
	keywords: string[];
	/** `by`: a person said so, or it was learned from what they said; else a stage saw it. */
	labels: { name: string; confidence: number; by?: 'you' | 'learned' }[];
	/** What the owner said it does not show. */
	rejected_labels: string[];
	faces: SeenFace[];
	text: string | null;
	colours: NamedColour[];
	/** What can be said of the light: `bright`, `night`, `black_and_white`. */
	tones: string[];
	quality: Quality | null;
	processing: { status: ProcessingStatus; reason: string | null; provider: string | null; stages: StageRecord[] };
	albums: { id: string; title: string }[];
	linked: { id: string; kind: string }[];
	images: ImageAccess;
	is_animated: boolean;
	is_damaged: boolean;
	is_hidden: boolean;
	/** Set while the photo is in the trash. */
	trashed_at?: string | null;
}

export interface PhotoChanges {
	title?: string | null;
	description?: string | null;
	tags?: string[];
	rating?: number | null;
	is_favourite?: boolean;
	is_hidden?: boolean;
	taken_local?: string;
}

export interface Timeline {
	months: { month: string; photos: number }[];
	total: number;
	change: number;
}

/** One column per fact, all of the same length, newest photo first. `taken` is the local wall clock in epoch seconds. */
export interface MonthColumns {
	id: string[];
	taken: number[];
	ratio: number[];
	favourite: number[];
	thumbhash?: (string | null)[];
	images: ImageAccess;
}

export interface Chip {
	id: string;
	kind: string;
	text: string;
	label: string;
	corrected_from?: string | null;
}

export interface Reason {
	kind: string;
	text: string;
	confidence?: number | null;
}

export interface Hit extends PhotoCard {
	match: 'sure' | 'maybe';
	score: number;
	reasons: Reason[];
}

export interface SearchAnswer {
	query: string;
	chips: Chip[];
	words: string;
	total_sure: number;
	verdict: string;
	message?: string | null;
	items: Hit[];
	next_cursor: string | null;
	images: ImageAccess;
	took_ms: number;
}

export interface Suggestion {
	text: string;
	kind: string;
	uses: number;
}

export interface SimilarPhotos {
	items: (PhotoCard & { likeness: number; reasons: Reason[] })[];
	images: ImageAccess;
}

export interface User {
	id: string;
	email: string;
	name: string;
	role: string;
}

export interface Session {
	user: User;
	library: { photos: number; pending: number };
}

export interface PipelineFailure {
	photo_id: string;
	file_name: string;
	stage: string;
	reason: string;
}

export interface Pipeline {
	photos: Record<ProcessingStatus, number>;
	stages: { name: string; version: number; counts: Record<string, number> }[];
	queue: Record<string, number>;
	vision: { provider: string; ready: boolean; message: string | null };
	failures: PipelineFailure[];
	/** The work on a whole library: people, moments, stacks… Absent on a server that does not do it. */
	organising?: Organising[];
}

export interface Organising {
	kind: string;
	state: 'never' | 'waiting' | 'running' | 'done' | 'failed';
	done: number;
	total: number;
	message: string | null;
	started_at: string | null;
	finished_at: string | null;
}

export type StoredPhoto =
	| { outcome: 'stored'; id: string; photo?: PhotoCard }
	| { outcome: 'duplicate'; id: string; in_trash: boolean };
