import type { FoundFile } from './candidates';

export function carriesFiles(event: DragEvent): boolean {
	return event.dataTransfer?.types.includes('Files') ?? false;
}

/** All files of a drop, folders gone through to the bottom. Must be called before the event is over. */
export async function filesOfDrop(transfer: DataTransfer): Promise<FoundFile[]> {
	// The items are gone after the event, so the entries are taken out before the first await.
	const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
	if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, file }));
	const found = await Promise.all(entries.map((entry) => filesBelow(entry)));
	return found.flat();
}

export function filesOfInput(list: FileList): FoundFile[] {
	return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function filesBelow(entry: FileSystemEntry): Promise<FoundFile[]> {
	const path = entry.fullPath.replace(/^\//, '');
	if (entry.isFile) {
		const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
		return [{ path, file }];
	}
	const found: FoundFile[] = [];
	for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) found.push(...(await filesBelow(child)));
	return found;
}

/** A reader hands out at most a hundred entries at a time, and an empty list at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
	const reader = folder.createReader();
	const children: FileSystemEntry[] = [];
	for (;;) {
		const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (some.length === 0) return children;
		children.push(...some);
	}
}
