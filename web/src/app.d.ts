declare global {
	namespace App {
		interface PageState {
			/** The photo that lies open above the page. */
			photoId?: string;
		}
	}
}

export {};
