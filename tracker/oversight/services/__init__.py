"""What officers do with what must not stand in the tracker."""
