/** Wall-clock times as the photo's owner saw them: they carry no zone, so they are formatted as if they were UTC. */

const DAY_S = 86_400;

/** The page speaks English; which English (and so which order of day and month) is the browser's to say. */
export function pageLocale(languages: readonly string[] = typeof navigator === 'undefined' ? [] : navigator.languages): string {
	return languages.find((language) => language.toLowerCase().startsWith('en')) ?? 'en-GB';
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
	const key = JSON.stringify(options);
	const known = formats.get(key) ?? new Intl.DateTimeFormat(pageLocale(), { timeZone: 'UTC', ...options });
	formats.set(key, known);
	return known.format(date);
}

/** Days since 1970 of local epoch seconds; before 1970 negative. */
export function dayOf(localEpochS: number): number {
	return Math.floor(localEpochS / DAY_S);
}

/** An ISO wall-clock time, with or without a zone, read as the digits it shows. */
export function wallClock(iso: string): Date {
	return new Date(iso.replace(/(Z|[+-]\d\d:?\d\d)$/, '') + 'Z');
}

/** "July 2023" of "2023-07". */
export function monthTitle(month: string): string {
	const date = new Date(`${month}-01T00:00:00Z`);
	return Number.isNaN(date.getTime()) ? month : format(date, { month: 'long', year: 'numeric' });
}

/** "Sat 15" above the first photo of a day. */
export function dayLabel(localEpochS: number): string {
	return format(new Date(localEpochS * 1000), { weekday: 'short', day: 'numeric' });
}

/** "Saturday, 15 July 2023" */
export function longDate(date: Date): string {
	return format(date, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

export function shortDate(date: Date): string {
	return format(date, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** "14:03" or "2:03 PM", as the browser's English has it. */
export function clockTime(date: Date): string {
	return format(date, { hour: 'numeric', minute: '2-digit' });
}

/** What a picture is called for those who do not see it. */
export function spokenMoment(localEpochS: number): string {
	const date = new Date(localEpochS * 1000);
	return `Photo, ${longDate(date)}, ${clockTime(date)}`;
}

/** "+02:00", or nothing when the offset is not known. */
export function offsetLabel(offsetMin: number | null): string {
	if (offsetMin === null) return '';
	const size = Math.abs(offsetMin);
	const pad = (value: number) => String(value).padStart(2, '0');
	return `${offsetMin < 0 ? '−' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

const SOURCES: Record<string, string> = {
	exif: 'from the camera',
	xmp: 'from the file (XMP)',
	iptc: 'from the file (IPTC)',
	sidecar: 'from the sidecar file',
	file_name: 'read from the file name',
	file_time: 'the time of the file, for want of a better one',
	upload_time: 'the time of upload, for want of a better one',
	person: 'set by hand'
};

export function sourceSentence(source: string): string {
	const key = source.toLowerCase().replaceAll(' ', '_');
	return SOURCES[key] ?? `from ${source.replaceAll('_', ' ')}`;
}
