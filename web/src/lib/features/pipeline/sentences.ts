/** What is going on, in a sentence. Pure. */
import type { Pipeline } from '$lib/api';
import { plural } from '$lib/ui';

export interface Doing {
	text: string;
	isBusy: boolean;
	failed: number;
}

/** First the pictures (a person waits for them), then what is in them. */
export function doing(pipeline: Pipeline): Doing {
	const failed = pipeline.photos.failed;
	const developing = Math.max(pipeline.photos.pending, pipeline.queue['develop'] ?? 0);
	const understanding = Math.max(pipeline.photos.processing, pipeline.queue['understand'] ?? 0);
	const be = (count: number) => (count === 1 ? 'is' : 'are');
	if (developing > 0) return { text: `${plural(developing, 'photo')} ${be(developing)} being developed`, isBusy: true, failed };
	if (understanding > 0) return { text: `${plural(understanding, 'photo')} ${be(understanding)} being understood`, isBusy: true, failed };
	return { text: '', isBusy: false, failed };
}
