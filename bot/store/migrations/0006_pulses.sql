-- What is known of each watch beside its volume: its moods, and the wave or silence that runs.
CREATE TABLE "pulses" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);
