"""One defect in what is otherwise valid, with the finding or condition that reports it."""
