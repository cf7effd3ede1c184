"""The order desk: what machines could not do, who has it, and what a person does about it; today's work; comments for people."""
