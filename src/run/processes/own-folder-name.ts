/** What a run's own folder is called: by its process, and something that nobody else has. */
export const OWN_FOLDER_NAME = /^iobench-\d+-\w{6}$/;
